import fp from 'fastify-plugin';
import { Counter, Gauge } from 'prom-client';
import type { EvaluationLog, LogBacklog, LogCounts } from '../evaluation-log/evaluation-log.ts';

const secondsSince = (time: string | null) =>
  time ? Math.max(0, (Date.now() - Date.parse(time)) / 1000) : 0;

const GAUGES: Record<string, { help: string; of(backlog: LogBacklog): number }> = {
  backlog_bytes: {
    help: 'Bytes of records that are acknowledged and not yet delivered',
    of: ({ bytes }) => bytes,
  },
  backlog_records: {
    help: 'Records that are acknowledged and not yet delivered',
    of: ({ records }) => records,
  },
  oldest_seconds: {
    help: 'Age of the oldest record that is not delivered; 0 where there is none',
    of: ({ oldest_at }) => secondsSince(oldest_at),
  },
  failing_seconds: {
    help: 'For how long delivery has been failing; 0 while it works',
    of: ({ failing_since }) => secondsSince(failing_since),
  },
};

const COUNTERS: Record<keyof LogCounts, string> = {
  delivered: 'Records that Firehose took',
  retried: 'Records that were sent once more',
  refused:
    'Records that were not acknowledged, because the log was full, could not be written or was too slow',
  set_aside: 'Records that Firehose does not take, kept in the folder set-aside',
  torn_bytes: 'Bytes of appends that a crash cut off; never acknowledged',
  damaged_bytes: 'Bytes of segments that are no records any more, kept in the folder set-aside',
};

/** The evaluation log's backlog as gauges, what became of records as counters. */
export const logMetricsPlugin = fp<{ log: EvaluationLog }>(
  async (app, { log }) => {
    const registers = [app.metrics];
    for (const [name, { help, of }] of Object.entries(GAUGES))
      new Gauge({
        name: `evaluation_log_${name}`,
        help,
        registers,
        collect() {
          this.set(of(log.backlog()));
        },
      });
    for (const [name, help] of Object.entries(COUNTERS))
      new Counter({
        name: `evaluation_log_${name}_total`,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(log.counts()[name as keyof LogCounts]);
        },
      });
  },
  { name: 'log-metrics', dependencies: ['metrics'] },
);
