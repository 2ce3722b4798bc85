import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

const EPOCH_MS = 8.64e15;

function timestampText(millis: number, value: DuckDBValue): string {
  // DuckDB's infinities and far years are no Date
  if (Math.abs(millis) > EPOCH_MS) return String(value);
  return new Date(millis).toISOString().slice(0, -1).replace('T', ' ');
}

/** A DuckDB value as the port gives it; kinds that no evaluation table holds become text. */
export function plainValue(value: DuckDBValue, type?: DuckDBType): unknown {
  if (typeof value === 'string' && type?.alias === 'JSON') return JSON.parse(value);
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return timestampText(Math.floor(Number(value.micros) / 1000), value);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(Number(value.millis), value);
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(Number(value.seconds) * 1000, value);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return timestampText(Math.floor(Number(value.nanos) / 1e6), value);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map((item) => plainValue(item));
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(value.entries.map(({ key, value }) => [String(key), plainValue(value)]));
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, plainValue(item)]));
  return String(value);
}
