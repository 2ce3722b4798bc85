import type { GlueType } from '../resources.ts';

const DUCKDB_TYPES: Record<GlueType, string> = {
  string: 'VARCHAR',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP',
  'array<string>': 'VARCHAR[]',
  'map<string,double>': 'MAP(VARCHAR, DOUBLE)',
  'map<string,string>': 'MAP(VARCHAR, VARCHAR)',
};

const TRINO_TYPES: Record<GlueType, string> = {
  string: 'varchar',
  double: 'double',
  timestamp: 'timestamp(3)',
  'array<string>': 'array(varchar)',
  'map<string,double>': 'map(varchar, double)',
  'map<string,string>': 'map(varchar, varchar)',
};

/** The DuckDB type that reads and writes a Glue column in Parquet. */
export const duckdbType = (type: GlueType): string => DUCKDB_TYPES[type];

/** The type that Trino, and so Athena's queries, see a Glue column as. */
export const trinoType = (type: GlueType): string => TRINO_TYPES[type];
