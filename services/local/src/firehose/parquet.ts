import { rm, writeFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbType } from '@tristore/common/evaluation-store/glue-types.ts';
import type { GlueColumn } from '@tristore/common/resources.ts';

let connection: Promise<DuckDBConnection> | undefined;

/** DuckDB takes a moment to load, and nothing needs it before the first delivery. */
const duckDb = () => {
  connection ??= import('@duckdb/node-api').then(async ({ DuckDBInstance }) => {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    return instance.connect();
  });
  return connection;
};

/** Far more than a record of 1,000 KB can become, since a larger row would stop the whole delivery. */
const LARGEST_ROW = 64 * 1_048_576;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Writes rows as a Parquet file with the Glue columns and nothing else, Snappy-compressed as Firehose does. */
export async function writeParquet(
  file: string,
  columns: readonly GlueColumn[],
  rows: readonly object[],
): Promise<void> {
  const json = `${file}.ndjson`;
  await writeFile(json, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
  try {
    const types = columns.map(({ name, type }) => `${quoted(name)}: ${quoted(duckdbType(type))}`).join(', ');
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const db = await duckDb();
    await db.run(
      `COPY (SELECT ${names} FROM read_json(${quoted(json)}, format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${LARGEST_ROW}))
       TO ${quoted(file)} (FORMAT parquet, COMPRESSION snappy)`,
    );
  } finally {
    await rm(json, { force: true });
  }
}
