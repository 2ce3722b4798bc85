import { join } from 'node:path';
import t, { type Test } from 'tap';
import { outcome, prediction } from '../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { rowsOf } from '../../../local/test/firehose/stored.ts';
import { start } from '../../../local/test/started.ts';
import type { Acknowledgement, EvaluationLogOptions } from '../../src/evaluation-log/open-evaluation-log.ts';
import { openLogOn } from './open-log-on.ts';
import { until } from './until.ts';

const ids = (count: number) => Array.from({ length: count }, (_, n) => `e${String(n).padStart(4, '0')}`);
const inOrder = (rows: readonly object[]) =>
  rows.map((row) => (row as { event_id: string }).event_id).sort((a, b) => a.localeCompare(b));

async function logOn(t: Test, acknowledgement: Acknowledgement, over: Partial<EvaluationLogOptions> = {}) {
  const dataDir = testFolder(t);
  const { clients, flush, close } = await start(t, dataDir);
  const root = join(dataDir, 'spool');
  const open = () => openLogOn(clients.firehose, { acknowledgement, root, ...over });
  const log = await open();
  t.teardown(() => log.close(1_000));
  const kept = async (table: 'prediction_records' | 'outcome_records') => {
    await flush();
    return rowsOf(dataDir, table);
  };
  return { log, open, kept, root, stopFirehose: close };
}

for (const acknowledgement of ['memory', 'disk', 'firehose'] as const) {
  t.test(`acknowledgement ${acknowledgement}`, async (t) => {
    await t.test('what is acknowledged arrives once, of both kinds', async (t) => {
      const { log, kept } = await logOn(t, acknowledgement);
      await Promise.all([
        ...ids(700).map((event_id) => log.appendPrediction(prediction({ event_id }))),
        log.appendOutcomes([outcome({ reference: 'a' }), outcome({ reference: 'b' })]),
      ]);
      await until(() => log.backlog().records === 0);
      t.same(log.backlog(), { bytes: 0, records: 0, oldest_at: null, failing_since: null });
      t.match(log.counts(), { delivered: 702, retried: 0, refused: 0, set_aside: 0 });
      t.same(inOrder(await kept('prediction_records')), ids(700));
      t.same((await kept('outcome_records')).map(({ reference }) => reference).sort(), ['a', 'b']);
    });

    await t.test('closing delivers what is left', async (t) => {
      const { log, kept } = await logOn(t, acknowledgement);
      const appended = ids(50).map((event_id) => log.appendPrediction(prediction({ event_id })));
      await log.close(5_000);
      await Promise.all(appended);
      t.same(inOrder(await kept('prediction_records')), ids(50));
      if (acknowledgement !== 'firehose')
        await t.rejects(log.appendPrediction(prediction()), { code: 'evaluation_log_unavailable' });
    });

    await t.test(
      'a record that Firehose could never take is refused, and its neighbours are not',
      async (t) => {
        const { log, kept } = await logOn(t, acknowledgement);
        const huge = prediction({ event_id: 'huge', reasons: ['x'.repeat(1_100_000)] });
        const results = await Promise.allSettled(
          [prediction({ event_id: 'before' }), huge, prediction({ event_id: 'after' })].map((record) =>
            log.appendPrediction(record),
          ),
        );
        t.match(results, [
          { status: 'fulfilled' },
          { reason: { code: 'invalid_request' } },
          { status: 'fulfilled' },
        ]);
        await until(() => log.backlog().records === 0);
        t.equal(log.counts().refused, 1);
        t.same(inOrder(await kept('prediction_records')), ['after', 'before']);
      },
    );

    await t.test('beyond its bound it refuses, and loses nothing', async (t) => {
      const { log, kept } = await logOn(t, acknowledgement, { maxBytes: 100_000 });
      const results = await Promise.allSettled(
        ids(400).map((event_id) => log.appendPrediction(prediction({ event_id }))),
      );
      const full = results.filter(({ status }) => status === 'rejected');
      t.ok(full.length > 50 && full.length < 350, `${full.length} refused`);
      t.match(full[0], { reason: { code: 'evaluation_log_full', retryAfter: 5 } });
      t.equal(log.counts().refused, full.length);
      await until(() => log.backlog().records === 0);
      await log.appendPrediction(prediction({ event_id: 'later' }));
      await log.close(5_000);
      t.equal((await kept('prediction_records')).length, 400 - full.length + 1);
    });

    await t.test('while Firehose is away', async (t) => {
      const { log, stopFirehose } = await logOn(t, acknowledgement, { deadlineMs: 200 });
      await stopFirehose();
      const began = performance.now();
      const appended = log.appendPrediction(prediction(), { deadline: began + 300 });
      if (acknowledgement === 'firehose') {
        await t.rejects(appended, {
          code: 'evaluation_log_unavailable',
          message: /may be kept/,
          retryAfter: 5,
        });
        const waited = performance.now() - began;
        t.ok(waited > 280 && waited < 3_000, `refused at its deadline, after ${waited} ms`);
        t.equal(log.counts().refused, 1);
        await t.rejects(log.appendOutcomes([outcome()]), { code: 'evaluation_log_unavailable' });
      } else {
        await appended;
        await until(() => log.backlog().failing_since !== null);
        t.match(log.backlog(), { records: 1, oldest_at: '2026-03-24T06:30:00.123Z' });
        t.equal(log.counts().delivered, 0);
      }
    });
  });
}
