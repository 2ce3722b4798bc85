import type { GlueColumn, GlueType } from '@tristore/common/resources.ts';

type Json = Record<string, unknown>;

/** A record that the deserialiser refuses, with Firehose's own error code. */
export class DeserialisationError extends Error {
  override readonly name = 'DeserialisationError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const TIMESTAMP = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?$/;

/** No calendar has a 31st of February, and what Parquet cannot hold must not stop a delivery. */
function isTimestamp(value: unknown): value is string {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return false;
  const day = value.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

function refuse(column: GlueColumn, value: unknown): never {
  const shown = JSON.stringify(value).slice(0, 60);
  throw new DeserialisationError(
    'DataFormatConversion.InvalidSchema',
    `${column.name}: ${shown} is no ${column.type}`,
  );
}

/** Half a surrogate pair is valid in JSON and no character: Java writes a question mark for it, we U+FFFD. */
const wellFormed = (text: string) => text.replaceAll(/\p{Surrogate}/gu, '\ufffd');

const toText = (value: unknown) => (isScalar(value) ? wellFormed(String(value)) : undefined);

function toDouble(value: unknown): number | undefined {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const READERS: Record<GlueType, (value: unknown) => unknown> = {
  string: toText,
  double: toDouble,
  timestamp: (value) => (isTimestamp(value) ? value : undefined),
  'array<string>': (value) =>
    Array.isArray(value) && value.every((item) => item === null || isScalar(item))
      ? value.map((item) => (item === null ? null : wellFormed(String(item))))
      : undefined,
  'map<string,double>': (value) => mapOf(value, toDouble),
  'map<string,string>': (value) => mapOf(value, toText),
};

/** A map's values may be null, as in Hive; its keys are taken as they are, `__proto__` too. */
function mapOf<T>(
  value: unknown,
  read: (item: unknown) => T | undefined,
): Record<string, T | null> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value).map(
    ([key, item]) => [wellFormed(key), item === null ? null : read(item)] as const,
  );
  return entries.some(([, item]) => item === undefined)
    ? undefined
    : (Object.fromEntries(entries) as Record<string, T | null>);
}

const lowerCased = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(lowerCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toLowerCase(), lowerCased(item)]),
  );
};

/**
 * Reads one JSON document as Firehose's OpenX deserialiser does for a Glue table: unknown keys are left out, a key
 * that is absent becomes null, timestamps are read as java.sql.Timestamp writes them (so ISO 8601 is refused), and
 * keys, those of maps too, are lowercased unless `caseInsensitive` is off.
 * @throws DeserialisationError
 */
export function deserialise(text: string, columns: readonly GlueColumn[], caseInsensitive: boolean): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new DeserialisationError('DataFormatConversion.MalformedData', 'the data is not valid JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new DeserialisationError('DataFormatConversion.MalformedData', 'the data is not a JSON object');
  const document = (caseInsensitive ? lowerCased(parsed) : parsed) as Json;
  const row: Json = {};
  for (const column of columns) {
    const value = document[column.name] ?? null;
    row[column.name] = value === null ? null : (READERS[column.type](value) ?? refuse(column, value));
  }
  return row;
}
