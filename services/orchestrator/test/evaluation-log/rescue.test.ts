import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { prediction } from '../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { rowsOf } from '../../../local/test/firehose/stored.ts';
import { start } from '../../../local/test/started.ts';
import { drain } from '../../src/evaluation-log/cli/drain.ts';
import { list } from '../../src/evaluation-log/cli/list.ts';
import { RescuedPlace } from '../../src/evaluation-log/cli/rescued-place.ts';
import { verify } from '../../src/evaluation-log/cli/verify.ts';
import { FirehoseStream } from '../../src/evaluation-log/firehose-stream.ts';
import type { Acknowledgement } from '../../src/evaluation-log/open-evaluation-log.ts';
import { S3RescueStore } from '../../src/evaluation-log/rescue/s3-rescue-store.ts';
import { setAsideIn } from '../../src/evaluation-log/set-aside.ts';
import { openLogOn } from './open-log-on.ts';
import { RecordingStream } from './recording-stream.ts';
import { until } from './until.ts';

const silent = pino({ level: 'silent' });

/** A replica that ends while nothing can be delivered. */
async function endWithRecords(t: Test, acknowledgement: Acknowledgement, bucket = 'rescue') {
  const dataDir = testFolder(t);
  const { clients, flush } = await start(t, dataDir);
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'rescue' }));
  const root = join(dataDir, 'spool');
  const store = new S3RescueStore({ client: clients.s3, bucket, prefix: 'a/b' });
  const stream = new RecordingStream();
  const log = await openLogOn(clients.firehose, {
    acknowledgement,
    root,
    rescue: store,
    streamOf: () => stream,
  });
  await log.appendPrediction(prediction({ event_id: 'delivered' }));
  await until(() => log.backlog().records === 0);
  stream.down = true;
  for (const event_id of ['first', 'second']) await log.appendPrediction(prediction({ event_id }));
  await setAsideIn(root, 'prediction-records', silent).keepRecord(
    Buffer.from(`${JSON.stringify(prediction({ event_id: 'aside' }))}\n`),
    'a test',
  );
  await log.close(50);
  const drained = (poison: boolean) =>
    drain(new RescuedPlace(store), {
      streamOf: (name) => new FirehoseStream(clients.firehose, name),
      log: silent,
      patienceMs: 2_000,
      poison,
      progress: () => {},
    });
  const kept = async () => {
    await flush();
    return (await rowsOf(dataDir, 'prediction_records')).map(({ event_id }) => event_id);
  };
  return { root, store, clients, drained, kept };
}

for (const acknowledgement of ['disk', 'memory'] as const)
  t.test(
    `what is undelivered at the end goes to S3, and is delivered from there: ${acknowledgement}`,
    async (t) => {
      const { root, store, drained, kept } = await endWithRecords(t, acknowledgement);
      t.same(readdirSync(root), ['set-aside'], 'no folder of a replica is left');
      t.same(readdirSync(join(root, 'set-aside', 'prediction-records')), []);
      const place = new RescuedPlace(store);
      const listing = await list(place);
      t.match(listing, {
        spools: [
          {
            held: false,
            stream: 'prediction-records',
            segments: 1,
            records: 2,
            oldest_at: '2026-03-24T06:30:00.123Z',
          },
        ],
        set_aside: [{ stream: 'prediction-records', reason: 'a test' }],
      });
      t.match(await verify(place), { segments: 1, records: 2, damaged: [], incomplete: [] });

      t.same(await drained(false), { delivered: 2, set_aside: 0, left_bytes: 0, left_aside: 0 });
      t.same(await kept(), ['first', 'second']);
      t.match(await list(place), { spools: [], set_aside: [{ reason: 'a test' }] });
      t.match(await drained(true), { delivered: 1, left_aside: 0 });
      t.same(await kept(), ['aside', 'first', 'second']);
      t.same(await store.list(), [], 'nothing is left');
    },
  );

t.test('damage in what was rescued is set aside there, and costs nobody else', async (t) => {
  const { store, drained, kept } = await endWithRecords(t, 'disk');
  const [segment] = (await store.list()).filter(({ key }) => key.endsWith('.segment'));
  const bytes = await store.get(segment?.key ?? '');
  bytes[20] = 0;
  await store.put(segment?.key ?? '', bytes);
  t.match(await verify(new RescuedPlace(store)), {
    records: 1,
    damaged: [{ offset: 0, bytes: bytes.length / 2 - 0.5 }],
  });
  t.match(await drained(false), { delivered: 1 });
  t.same(await kept(), ['second']);
  const left = (await store.list()).map(({ key }) => key.slice(0, 30));
  t.equal(left.length, 2, 'the damaged bytes beside the record that was set aside');
});

t.test('where S3 does not take it, it stays on the disk for the next process', async (t) => {
  const { root, clients, kept } = await endWithRecords(t, 'disk', 'no-such-bucket');
  t.equal(readdirSync(root).length, 2);
  const log = await openLogOn(clients.firehose, { acknowledgement: 'firehose', root });
  await until(() => log.counts().delivered === 2);
  await log.close(1_000);
  t.same(await kept(), ['first', 'second']);
  t.same(readdirSync(root), ['set-aside']);
});
