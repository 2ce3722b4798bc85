import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { BUCKETS, EVALUATION_TABLES } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { type Started, start } from '../started.ts';
import { keysOf, refusedOf, rowsOf } from './stored.ts';

const CREATED = '2026-03-04 05:06:07.089';
const put = ({ clients }: Started, texts: string[]) =>
  clients.firehose.send(
    new PutRecordBatchCommand({
      DeliveryStreamName: EVALUATION_TABLES.prediction_records.stream,
      Records: texts.map((text) => ({ Data: Buffer.from(`{"created_at":"${CREATED}",${text}}\n`) })),
    }),
  );

t.test('keys that become one, since half a pair is no character, leave one entry', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  await put(started, [
    '"event_id":"a","entities":{"\\ud800":"first","\\ud801":"last","\\ud83d\\ude00":"whole"}',
  ]);
  await started.flush();
  const [row] = await rowsOf(dataDir, 'prediction_records');
  t.same(row?.['entities'], [
    { key: '\ufffd', value: 'last' },
    { key: '\u{1f600}', value: 'whole' },
  ]);
});

t.test(
  'nulls inside maps and lists, and documents that grow when they are written, are delivered',
  async (t) => {
    const dataDir = testFolder(t);
    const started = await start(t, dataDir);
    await put(started, [
      '"event_id":"a","features":{"x":null,"y":1},"reasons":["r",null],"probability":"0.25"',
      // each item becomes 21 digits and two quotes: 5 MB from one
      `"event_id":"b","reasons":[${Array(200_000).fill('1e20').join(',')}]`,
    ]);
    await started.flush();
    const [a, b] = await rowsOf(dataDir, 'prediction_records');
    const features = [
      { key: 'x', value: null },
      { key: 'y', value: 1 },
    ];
    t.match(a, { event_id: 'a', features, reasons: ['r', null], probability: 0.25 });
    const grown = b?.['reasons'];
    t.equal(Array.isArray(grown) && grown.length, 200_000);
    t.same(refusedOf(dataDir, 'prediction_records'), []);
  },
);

t.test('a delivery that fails is tried again by itself until it works', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir, 0.1);
  // a file where the table's folder belongs
  const blocked = join(dataDir, 's3', BUCKETS.evaluation, 'prediction_records');
  await writeFile(blocked, '');
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  await put(started, ['"event_id":"a"']);
  t.match(await warned, { message: /prediction-records: not delivered, will be tried again/ });
  await rm(blocked);
  for (const end = Date.now() + 10_000; Date.now() < end; await wait(20))
    if (keysOf(dataDir, 'prediction_records').length) break;
  t.match(await rowsOf(dataDir, 'prediction_records'), [{ event_id: 'a' }]);
});
