const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-]\d\d):?(\d\d)?)?)?$/i;

/**
 * The time that a cell holds: a timestamp of Parquet, or ISO 8601 text, a date alone being its first moment; without a
 * zone it is UTC, and what is finer than a millisecond is cut off.
 * @returns undefined where it holds none
 */
export function eventTimeOf(cell: unknown): Date | undefined {
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell;
  const [, date, minutes = '00:00', seconds = '00', fraction = '', zone, zoneMinutes = '00'] =
    ISO.exec(String(cell)) ?? [];
  if (!date) return undefined;
  const clock = `${date}T${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
  const asUtc = new Date(`${clock}Z`);
  // Date counts on from a day that no month has
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(0, 10) !== date) return undefined;
  const time = zone ? new Date(`${clock}${zone}:${zoneMinutes}`) : asUtc;
  return Number.isNaN(time.getTime()) ? undefined : time;
}
