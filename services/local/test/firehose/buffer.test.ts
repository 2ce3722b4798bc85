import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { StreamBuffer } from '../../src/firehose/buffer.ts';

const recordsOf = (...texts: string[]) =>
  texts.map((text) => ({ arrivedAt: new Date('2026-03-04T05:06:07.089Z'), data: Buffer.from(text) }));

/** What waits, part by part. */
async function partsOf(buffer: StreamBuffer): Promise<string[][]> {
  const batches = [];
  for (const id of await buffer.close()) batches.push(await buffer.read(id));
  return batches.map(({ records }) => records.map(({ data }) => data.toString()));
}

t.test('a part that is full is closed, and the next record begins another', async (t) => {
  const buffer = new StreamBuffer(testFolder(t), 10);
  await buffer.append(recordsOf('one', 'two'));
  await buffer.append(recordsOf('three'));
  // names go by the millisecond
  await new Promise((resolve) => setTimeout(resolve, 2));
  await buffer.append(recordsOf('four'));
  t.same(await partsOf(buffer), [['one', 'two', 'three'], ['four']]);
});

t.test('what an earlier process left is there, until it is removed', async (t) => {
  const folder = testFolder(t);
  const earlier = new StreamBuffer(folder, 1000);
  await earlier.append(recordsOf('one'));
  const buffer = new StreamBuffer(folder, 1000);
  t.notOk(await buffer.isEmpty());
  t.same(await partsOf(buffer), [['one']]);
  for (const id of await buffer.close()) await buffer.remove(id);
  t.ok(await buffer.isEmpty());
});
