import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { rowsOf } from '../../../local/test/firehose/stored.ts';
import { start } from '../../../local/test/started.ts';
import { isTaken } from '../../src/evaluation-log/delivery-stream.ts';
import { FirehoseStream } from '../../src/evaluation-log/firehose-stream.ts';
import { spoolIn } from './log-in.ts';
import { RecordingStream } from './recording-stream.ts';
import { until } from './until.ts';

t.setTimeout(60_000);

const keptIn = (folder: string) =>
  readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));

t.test('a record that can never be taken is set aside at once, and the others pass', async (t) => {
  const root = testFolder(t);
  const stream = new RecordingStream();
  stream.invalid.add('{"n":1}');
  const spool = spoolIn(join(root, 'records'), stream);
  await spool.append([{ n: 0 }, { n: 1 }, { n: 2 }]);
  await until(() => spool.backlog().records === 0);
  t.same(stream.taken, ['{"n":0}', '{"n":2}']);
  t.match(keptIn(join(root, 'set-aside', 'records')), [
    { reason: 'not valid', record: '{"n":1}\n', set_aside_at: String },
  ]);
  t.match(spool.counts(), { delivered: 2, set_aside: 1 });
  await spool.close(1_000);
});

t.test('one that is refused again and again, while others pass, is set aside in the end', async (t) => {
  const root = testFolder(t);
  const stream = new RecordingStream();
  stream.refuseAlways.add('{"n":"poison"}');
  const spool = spoolIn(join(root, 'records'), stream);
  await spool.append([{ n: 'poison' }]);
  await until(() => spool.counts().retried > 1);
  t.ok(spool.backlog().failing_since, 'alone it is not told from a stream that takes nothing');
  let appended = 0;
  const began = performance.now();
  while (spool.counts().set_aside === 0 && performance.now() - began < 40_000) {
    await spool.append(Array.from({ length: 200 }, () => ({ n: appended++ })));
    await sleep(20);
  }
  t.match(keptIn(join(root, 'set-aside', 'records')), [
    { record: '{"n":"poison"}\n', reason: /^refused \d+ times/ },
  ]);
  await spool.close(5_000);
  t.equal(stream.taken.length, appended, 'nobody waited for it');
  t.equal(new Set(stream.taken).size, appended);
});

t.test('a stream that refuses half of all records at random loses none and sets none aside', async (t) => {
  const stream = new RecordingStream();
  stream.refusedShare = 0.5;
  const spool = spoolIn(join(testFolder(t), 'records'), stream);
  await spool.append(Array.from({ length: 1_500 }, (_, n) => ({ n })));
  await sleep(1_500);
  stream.refusedShare = 0;
  await until(() => spool.backlog().records === 0);
  t.equal(new Set(stream.taken).size, 1_500);
  t.equal(stream.taken.length, 1_500);
  t.match(spool.counts(), { delivered: 1_500, set_aside: 0 });
  t.ok(spool.counts().retried > 500);
  await spool.close(1_000);
});

t.test('Firehose itself: of a batch that it refuses as a whole, only the records at fault are', async (t) => {
  const dataDir = testFolder(t);
  const { clients, flush } = await start(t, dataDir);
  const { stream: name } = EVALUATION_TABLES.prediction_records;
  const stream = new FirehoseStream(clients.firehose, name);
  const good = (n: number) =>
    Buffer.from(`${JSON.stringify({ event_id: `e${n}`, created_at: '2026-03-04 05:06:07.089' })}\n`);
  const tooLarge = Buffer.alloc(1_100_000, 'x');
  const never = new AbortController().signal;

  const mixed = [good(0), tooLarge, good(1), good(2), tooLarge, good(3)];
  const outcomes = await stream.put(mixed, never);
  t.same(
    outcomes.map((outcome) => isTaken(outcome)),
    [true, false, true, true, false, true],
  );
  await t.rejects(
    stream.put(Array(20).fill(tooLarge), never),
    /1100000 bytes/,
    'nothing is taken: no record is at fault',
  );
  const many = [...Array(12).fill(tooLarge), ...Array.from({ length: 20 }, (_, n) => good(10 + n))];
  t.equal(
    (await stream.put(many, never)).filter(isTaken).length,
    20,
    'many at fault before the first that is not',
  );
  await flush();
  t.equal(new Set((await rowsOf(dataDir, 'prediction_records')).map(({ event_id }) => event_id)).size, 24);
  await t.rejects(new FirehoseStream(clients.firehose, 'no-such-stream').put(mixed, never), /not found/);
});
