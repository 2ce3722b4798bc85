import fp from 'fastify-plugin';
import { Gauge } from 'prom-client';
import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';

/** The evaluation log's backlog as gauges. */
export const logMetricsPlugin = fp<{ log: EvaluationLog }>(
  async (app, { log }) => {
    new Gauge({
      name: 'evaluation_log_backlog_bytes',
      help: 'Bytes of records that are acknowledged and not yet delivered',
      registers: [app.metrics],
      collect() {
        this.set(log.backlog().bytes);
      },
    });
    new Gauge({
      name: 'evaluation_log_failing_seconds',
      help: 'For how long delivery has been failing; 0 while it works',
      registers: [app.metrics],
      collect() {
        const since = log.backlog().failing_since;
        this.set(since ? (Date.now() - Date.parse(since)) / 1000 : 0);
      },
    });
  },
  { name: 'log-metrics', dependencies: ['metrics'] },
);
