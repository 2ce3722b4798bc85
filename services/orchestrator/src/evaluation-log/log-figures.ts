import type { LogBacklog, LogCounts } from './evaluation-log.ts';

export const NO_COUNTS: LogCounts = {
  delivered: 0,
  retried: 0,
  refused: 0,
  set_aside: 0,
  torn_bytes: 0,
  damaged_bytes: 0,
};

const earliest = (times: readonly (string | null)[]): string | null =>
  times.filter((time) => time !== null).sort()[0] ?? null;

/** The backlog of several logs together. */
export const sumBacklogs = (all: readonly LogBacklog[]): LogBacklog => ({
  bytes: all.reduce((total, { bytes }) => total + bytes, 0),
  records: all.reduce((total, { records }) => total + records, 0),
  oldest_at: earliest(all.map(({ oldest_at }) => oldest_at)),
  failing_since: earliest(all.map(({ failing_since }) => failing_since)),
});

export const sumCounts = (all: readonly LogCounts[]): LogCounts => {
  const sum = { ...NO_COUNTS };
  for (const counts of all)
    for (const name of Object.keys(sum) as (keyof LogCounts)[]) sum[name] += counts[name];
  return sum;
};

/** Times as they are told outside. */
export const timeText = (time: number | Date | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString();
