import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { spoolIn } from './log-in.ts';
import { RecordingStream } from './recording-stream.ts';
import { until } from './until.ts';

/** A spool of ten records that were not delivered. @returns the file of its one segment */
async function leave(folder: string): Promise<string> {
  const stream = new RecordingStream();
  stream.down = true;
  const spool = spoolIn(folder, stream);
  for (let n = 0; n < 10; n++) await spool.append([{ n, text: 'x'.repeat(50) }]);
  await spool.close(10);
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.segment')) ?? '');
}

async function deliver(folder: string) {
  const stream = new RecordingStream();
  const spool = spoolIn(folder, stream);
  await until(() => spool.backlog().bytes === 0);
  await spool.close(1_000);
  return { numbers: stream.taken.map((text) => JSON.parse(text).n), counts: spool.counts(), spool };
}

const FRAME = JSON.stringify({ n: 0, text: 'x'.repeat(50) }).length + 1 + 8;

t.test('damage in the middle costs the records it hit, and is kept', async (t) => {
  for (const [what, at, length, lost] of [
    ['a byte of a record', 3 * FRAME + 20, 1, [3]],
    ['a length', 3 * FRAME, 4, [3]],
    ['a CRC', 3 * FRAME + 4, 4, [3]],
    ['two records and a half', 3 * FRAME + 10, 2 * FRAME, [3, 4, 5]],
    ['the last record', 9 * FRAME + 20, 1, [9]],
  ] as const) {
    const root = testFolder(t);
    const file = await leave(join(root, 'records'));
    const bytes = readFileSync(file);
    bytes.fill(0xa5, at, at + length);
    writeFileSync(file, bytes);
    const { numbers, counts } = await deliver(join(root, 'records'));
    t.same(
      numbers,
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((n) => !(lost as readonly number[]).includes(n)),
      what,
    );
    t.match(counts, { damaged_bytes: lost.length * FRAME, torn_bytes: 0 }, what);
    const aside = join(root, 'set-aside', 'records');
    const [kept = ''] = readdirSync(aside);
    t.match(kept, new RegExp(`-1-${lost[0] * FRAME}\\.damaged$`));
    t.same(readFileSync(join(aside, kept)), bytes.subarray(lost[0] * FRAME, (lost[0] + lost.length) * FRAME));
  }
});

t.test('a cursor that makes no sense delivers all again, and loses nothing', async (t) => {
  for (const cursor of [
    '',
    '{"segment":1,',
    'null',
    '{"segment":1,"offset":1e9}',
    '{"segment":"a","offset":0}',
  ]) {
    const folder = join(testFolder(t), 'records');
    await leave(folder);
    writeFileSync(join(folder, 'cursor.json'), cursor);
    t.same((await deliver(folder)).numbers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], cursor);
  }
});

t.test('what an earlier process left is counted, in records too', async (t) => {
  const folder = join(testFolder(t), 'records');
  await leave(folder);
  const stream = new RecordingStream();
  stream.down = true;
  const spool = spoolIn(folder, stream);
  await until(() => spool.backlog().failing_since !== null);
  t.match(spool.backlog(), { records: 10, bytes: 10 * FRAME });
  await spool.close(10);
});

t.test('segments follow one another, and the delivered are removed', async (t) => {
  const folder = join(testFolder(t), 'records');
  const stream = new RecordingStream();
  stream.down = true;
  const first = spoolIn(folder, stream, 100_000_000);
  const text = 'x'.repeat(500_000);
  for (let n = 0; n < 40; n++) await first.append([{ n, text }]);
  const segments = () => readdirSync(folder).filter((name) => name.endsWith('.segment')).length;
  t.equal(segments(), 3);
  stream.down = false;
  await until(() => first.backlog().records === 0);
  t.equal(segments(), 1);
  t.same(
    stream.taken.map((taken) => JSON.parse(taken).n),
    Array.from({ length: 40 }, (_, n) => n),
  );
  await first.close(1_000);
});
