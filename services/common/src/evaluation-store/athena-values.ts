import { QueryError } from './evaluation-query.ts';

type Parse = (text: string, column: string) => unknown;

const number: Parse = Number;
const refuse: Parse = (_, column) => {
  throw new QueryError(`column ${column}: Athena prints maps, lists and rows ambiguously; cast it to json`);
};

/** Times are kept in UTC; in another zone Athena prints the zone's own clock. */
const inUtc: Parse = (text, column) => {
  if (text.endsWith(' UTC')) return text.slice(0, -' UTC'.length);
  throw new QueryError(`column ${column}: ${text} is not in UTC; ask for it at time zone 'UTC'`);
};

/** By the type that Athena tells of a column; what is not here stays text. */
const PARSERS: Readonly<Record<string, Parse>> = {
  tinyint: number,
  smallint: number,
  integer: number,
  bigint: number,
  real: number,
  float: number,
  double: number,
  decimal: number,
  boolean: (text) => text === 'true',
  json: (text) => JSON.parse(text) as unknown,
  'timestamp with time zone': inUtc,
  array: refuse,
  map: refuse,
  row: refuse,
};

/**
 * A value as the port gives it.
 * @param text as GetQueryResults has it; undefined for NULL
 * @throws QueryError for a value that Athena's text does not hold without loss
 */
export function athenaValue(text: string | undefined, type: string, column: string): unknown {
  if (text === undefined) return null;
  const parse = PARSERS[type];
  return parse ? parse(text, column) : text;
}
