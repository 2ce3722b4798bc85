import { EVALUATION_TABLES, type EvaluationTableName, PARTITION_COLUMNS } from '../resources.ts';
import { trinoType } from './glue-types.ts';

/** Which partitions exist is computed, not listed: a record may be stamped by a clock that runs ahead of ours. */
export const PARTITION_PROJECTION = {
  dt: { format: 'yyyy-MM-dd', from: '2026-01-01', to: 'NOW+1DAYS' },
  hour: { from: '0', to: '23', digits: 2 },
} as const;

/** First and last day of the projection; every day of it costs a query without a filter on dt 24 look-ups. */
export interface DayRange {
  from: string;
  to: string;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Athena's DDL escapes a quote as Hive does. */
const hiveQuoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

const slashed = (location: string) => `${location.replace(/\/+$/, '')}/`;

/**
 * Athena's `CREATE EXTERNAL TABLE` with partition projection.
 *
 * @param location folder of the table's partitions, such as `s3://bucket/prediction_records`
 */
export function athenaTableDdl(
  table: EvaluationTableName,
  location: string,
  days: DayRange = PARTITION_PROJECTION.dt,
): string {
  const { dt, hour } = PARTITION_PROJECTION;
  const columns = EVALUATION_TABLES[table].columns.map(
    ({ name, type, comment }) => `  \`${name}\` ${type}${comment && ` COMMENT ${hiveQuoted(comment)}`}`,
  );
  const properties = {
    'projection.enabled': 'true',
    'projection.dt.type': 'date',
    'projection.dt.format': dt.format,
    'projection.dt.range': `${days.from},${days.to}`,
    'projection.dt.interval': '1',
    'projection.dt.interval.unit': 'DAYS',
    'projection.hour.type': 'integer',
    'projection.hour.range': `${hour.from},${hour.to}`,
    'projection.hour.digits': String(hour.digits),
    'storage.location.template': `${slashed(location)}dt=\${dt}/hour=\${hour}/`,
  };
  return `CREATE EXTERNAL TABLE IF NOT EXISTS \`${table}\` (
${columns.join(',\n')}
)
PARTITIONED BY (${PARTITION_COLUMNS.map(({ name, type }) => `\`${name}\` ${type}`).join(', ')})
STORED AS PARQUET
LOCATION ${hiveQuoted(slashed(location))}
TBLPROPERTIES (
${Object.entries(properties)
  .map(([name, value]) => `  ${hiveQuoted(name)} = ${hiveQuoted(value)}`)
  .join(',\n')}
)`;
}

/**
 * The same table for the Hive connector of Trino, the engine under Athena.
 *
 * @param location as for Athena, or `local:///folder`
 * @param schema catalog and schema, such as `hive.default`
 */
export function trinoTableDdl(
  table: EvaluationTableName,
  location: string,
  schema: string,
  days: DayRange = PARTITION_PROJECTION.dt,
): string {
  const { dt, hour } = PARTITION_PROJECTION;
  const projected: Record<string, string[]> = {
    dt: [
      "partition_projection_type = 'DATE'",
      `partition_projection_format = ${quoted(dt.format)}`,
      `partition_projection_range = ARRAY[${quoted(days.from)}, ${quoted(days.to)}]`,
      'partition_projection_interval = 1',
      "partition_projection_interval_unit = 'DAYS'",
    ],
    hour: [
      "partition_projection_type = 'INTEGER'",
      `partition_projection_range = ARRAY[${quoted(hour.from)}, ${quoted(hour.to)}]`,
      `partition_projection_digits = ${hour.digits}`,
    ],
  };
  const columns = [
    ...EVALUATION_TABLES[table].columns.map(
      ({ name, type, comment }) =>
        `  "${name}" ${trinoType(type)}${comment && ` COMMENT ${quoted(comment)}`}`,
    ),
    ...PARTITION_COLUMNS.map(
      ({ name, type }) => `  "${name}" ${trinoType(type)} WITH (${projected[name]?.join(', ')})`,
    ),
  ];
  return `CREATE TABLE IF NOT EXISTS ${schema}.${table} (
${columns.join(',\n')}
)
WITH (
  format = 'PARQUET',
  external_location = ${quoted(slashed(location))},
  partitioned_by = ARRAY[${PARTITION_COLUMNS.map(({ name }) => quoted(name)).join(', ')}],
  partition_projection_enabled = true
)`;
}
