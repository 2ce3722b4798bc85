const MINUTES: Record<string, number> = { minute: 1, hour: 60, day: 1_440 };

/** Minutes between two runs of `rate(…)`; undefined for `cron(…)`, whose runs may lie unevenly. */
export function intervalMinutes(schedule: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule) ?? [];
  const minutes = MINUTES[unit ?? ''];
  return minutes && Number(count) * minutes;
}
