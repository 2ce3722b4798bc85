import { appendFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { spoolIn } from './log-in.ts';
import { RecordingStream } from './recording-stream.ts';
import { until } from './until.ts';

const segmentsIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.segment'));

t.test('what is appended is delivered once, in order, in batches of at most 500', async (t) => {
  const stream = new RecordingStream();
  const spool = spoolIn(testFolder(t), stream);
  const records = Array.from({ length: 1_300 }, (_, n) => ({ n }));
  await Promise.all(records.map((record) => spool.append([record])));
  await spool.close(5_000);
  t.same(
    stream.taken,
    records.map((record) => JSON.stringify(record)),
  );
  t.ok(Math.max(...stream.batchSizes) <= 500);
  t.equal(spool.backlog().bytes, 0);
});

t.test('records refused one by one are sent again alone', async (t) => {
  const stream = new RecordingStream();
  stream.refuseOnce.add('{"n":1}');
  const spool = spoolIn(testFolder(t), stream);
  await spool.append([{ n: 0 }, { n: 1 }, { n: 2 }]);
  await until(() => stream.taken.length === 3);
  t.same(stream.taken, ['{"n":0}', '{"n":2}', '{"n":1}']);
  t.match(spool.counts(), { delivered: 3, retried: 1, refused: 0, set_aside: 0 });
  t.same(stream.batchSizes, [3, 1]);
  await spool.close(1_000);
});

t.test('what was not delivered waits on disk for the next process', async (t) => {
  const folder = testFolder(t);
  const stream = new RecordingStream();
  stream.down = true;
  const first = spoolIn(folder, stream);
  await first.append([{ n: 1 }]);
  await first.append([{ n: 2 }]);
  await until(() => first.backlog().failing_since !== null);
  await first.close(50);
  t.same(stream.taken, []);

  stream.down = false;
  const second = spoolIn(folder, stream);
  await second.append([{ n: 3 }]);
  await second.close(5_000);
  t.same(stream.taken, ['{"n":1}', '{"n":2}', '{"n":3}']);

  const third = spoolIn(folder, stream);
  await third.close(5_000);
  t.equal(stream.taken.length, 3, 'nothing is delivered again after an orderly end');
  t.equal(segmentsIn(folder).length, 0, 'delivered segments are removed');
});

t.test('a torn tail is cut off and counted, whole records before it are delivered', async (t) => {
  for (const tear of ['cut', 'garbage']) {
    const folder = testFolder(t);
    const stream = new RecordingStream();
    stream.down = true;
    const first = spoolIn(folder, stream);
    await first.append([{ n: 1 }]);
    await first.append([{ n: 2 }]);
    await first.close(10);
    const file = join(folder, segmentsIn(folder)[0] ?? '');
    if (tear === 'cut') truncateSync(file, statSync(file).size - 3);
    else appendFileSync(file, Buffer.from([9, 0, 0, 0, 1, 2, 3, 4, 5]));

    stream.down = false;
    const second = spoolIn(folder, stream);
    await until(() => second.counts().torn_bytes > 0);
    await second.close(1_000);
    t.same(stream.taken, tear === 'cut' ? ['{"n":1}'] : ['{"n":1}', '{"n":2}'], tear);
    t.equal(second.backlog().bytes, 0);
  }
});

t.test('a full spool refuses new records and drops none', async (t) => {
  const stream = new RecordingStream();
  stream.down = true;
  const spool = spoolIn(testFolder(t), stream, 100);
  const record = { text: 'x'.repeat(40) };
  await spool.append([record]);
  await t.rejects((async () => spool.append([record]))(), { code: 'evaluation_log_full', retryAfter: 5 });
  stream.down = false;
  await until(() => stream.taken.length === 1);
  await until(() => spool.backlog().bytes === 0);
  await spool.append([record]);
  await spool.close(1_000);
  t.equal(stream.taken.length, 2);
});

t.test('a record that Firehose could never take is refused', async (t) => {
  const spool = spoolIn(testFolder(t), new RecordingStream());
  await t.rejects((async () => spool.append([{ text: 'x'.repeat(1_100_000) }]))(), {
    code: 'invalid_request',
  });
  await spool.close(1_000);
});
