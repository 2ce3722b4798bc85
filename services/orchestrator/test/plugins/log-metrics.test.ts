import { join } from 'node:path';
import { metricsPlugin } from '@tristore/common/metrics-plugin.ts';
import Fastify from 'fastify';
import t from 'tap';
import { prediction } from '../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { logMetricsPlugin } from '../../src/plugins/log-metrics.ts';
import { logIn } from '../evaluation-log/log-in.ts';
import { RecordingStream } from '../evaluation-log/recording-stream.ts';
import { until } from '../evaluation-log/until.ts';

t.test('what waits, how old it is and what became of the rest', async (t) => {
  const stream = new RecordingStream();
  const log = logIn(stream)(join(testFolder(t), 'replica'));
  const app = Fastify();
  t.teardown(async () => {
    await app.close();
    await log.close(0);
  });
  await app.register(metricsPlugin, { open: true });
  await app.register(logMetricsPlugin, { log });
  const metric = async (name: string) => {
    const { body } = await app.inject('/metrics');
    return Number(new RegExp(`^evaluation_log_${name} (\\S+)$`, 'm').exec(body)?.[1]);
  };
  t.equal(await metric('oldest_seconds'), 0);
  const text = JSON.stringify(prediction());
  stream.invalid.add(text);
  await log.appendOutcomes([]);
  await Promise.all([
    log.appendPrediction(prediction()),
    log.appendPrediction(prediction({ event_id: 'taken' })),
  ]);
  await until(() => log.backlog().records === 0);
  t.equal(await metric('delivered_total'), 1);
  t.equal(await metric('set_aside_total'), 1);
  t.equal(await metric('delivered_total'), 1, 'asked twice it counts once');

  stream.down = true;
  const minuteAgo = new Date(Date.now() - 60_000).toISOString().replace('T', ' ').slice(0, 23);
  await log.appendPrediction(prediction({ created_at: minuteAgo }));
  await until(() => log.backlog().failing_since !== null);
  t.equal(await metric('backlog_records'), 1);
  t.ok((await metric('backlog_bytes')) > 300);
  const age = await metric('oldest_seconds');
  t.ok(age > 59 && age < 70, `${age} s old`);
  t.ok((await metric('failing_seconds')) < 10);
  t.ok((await metric('retried_total')) > 0);
  await t.rejects(log.appendPrediction(prediction({ reasons: ['x'.repeat(1_100_000)] })));
  t.equal(await metric('refused_total'), 1);
  t.equal(await metric('torn_bytes_total'), 0);
  t.equal(await metric('damaged_bytes_total'), 0);
});
