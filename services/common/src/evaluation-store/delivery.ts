import { ERROR_PREFIX, PARTITION_COLUMNS } from '../resources.ts';

/** Where each partition column stands in a record's own time, `YYYY-MM-DD HH:MM:SS.mmm`. */
const SLICES = { dt: '[0:10]', hour: '[11:13]' } as const;

/** The jq program by which Firehose takes the partition from a record. */
export const partitionQuery = (time: string): string =>
  `{${PARTITION_COLUMNS.map(({ name }) => `${name}:.${time}${SLICES[name]}`).join(',')}}`;

/** Firehose's prefix of the objects of a table. */
export const recordPrefix = (prefix: string): string =>
  `${prefix}/${PARTITION_COLUMNS.map(({ name }) => `${name}=!{partitionKeyFromQuery:${name}}`).join('/')}/`;

/** Firehose's prefix of what it cannot partition or convert. */
export const errorPrefix = (prefix: string): string =>
  `${ERROR_PREFIX}/${prefix}/!{firehose:error-output-type}/`;
