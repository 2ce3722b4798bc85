import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { BUCKETS, ERROR_PREFIX } from '@tristore/common/resources.ts';

/** Rows of a statement, as JSON. */
export async function duckDb(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const bucketOf = (dataDir: string) => join(dataDir, 's3', BUCKETS.evaluation);

/** Keys of the objects below a prefix of the evaluation bucket. */
export function keysOf(dataDir: string, prefix: string): string[] {
  const root = join(bucketOf(dataDir), prefix);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(prefix, entry.parentPath.slice(root.length), entry.name))
    .sort();
}

/** Every row of a table's Parquet files, or what is selected of it, by event_id. */
export async function rowsOf(
  dataDir: string,
  table: string,
  columns = '*',
): Promise<Record<string, unknown>[]> {
  if (keysOf(dataDir, table).length === 0) return [];
  const files = `${bucketOf(dataDir)}/${table}/*/*/*.parquet`;
  return duckDb(
    `select ${columns} from read_parquet('${files}', hive_partitioning = false) order by event_id`,
  );
}

/** What was refused, with the record's own text. */
export function refusedOf(dataDir: string, table: string): { code: string; message: string; text: string }[] {
  return keysOf(dataDir, `${ERROR_PREFIX}/${table}/format-conversion-failed`)
    .flatMap((key) =>
      readFileSync(join(bucketOf(dataDir), key), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line))
    .map(({ lastErrorCode, lastErrorMessage, rawData }) => ({
      code: lastErrorCode,
      message: lastErrorMessage,
      text: Buffer.from(rawData, 'base64').toString('utf8'),
    }));
}
