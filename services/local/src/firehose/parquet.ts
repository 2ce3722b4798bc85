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

/** JSON.stringify escapes half a surrogate pair, and only that, as \\ud…; no JSON reader but JavaScript's takes it. */
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

function lineOf(row: object): string {
  const text = JSON.stringify(row);
  const whole = text.includes('\\ud')
    ? text.replace(ESCAPE, (escaped) => (escaped.length > 2 ? '\\ufffd' : escaped))
    : text;
  return `${whole}\n`;
}

/** Writes rows as a Parquet file with the Glue columns and nothing else, Snappy-compressed as Firehose does. */
export async function writeParquet(
  file: string,
  columns: readonly GlueColumn[],
  rows: readonly object[],
): Promise<void> {
  const json = `${file}.ndjson`;
  await writeFile(json, rows.map(lineOf).join(''), { mode: 0o600 });
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

/** What DuckDB says when a value is at fault; anything else, such as a full disk, says nothing about the rows. */
const FAULT_OF_A_ROW = /^(Invalid Input|Conversion|Out of Range|Constraint) Error/;

/** The rows, found by halving, that `writeParquet` cannot write. @throws Error where no row is at fault */
export async function unconvertible(
  file: string,
  columns: readonly GlueColumn[],
  rows: readonly object[],
): Promise<Set<object>> {
  try {
    await writeParquet(file, columns, rows);
    return new Set();
  } catch (error) {
    if (!FAULT_OF_A_ROW.test((error as Error).message)) throw error;
    if (rows.length === 1) return new Set(rows);
  } finally {
    await rm(file, { force: true });
  }
  const middle = rows.length >> 1;
  const first = await unconvertible(file, columns, rows.slice(0, middle));
  return new Set([...first, ...(await unconvertible(file, columns, rows.slice(middle)))]);
}
