import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { FeatureValue } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { literal, quoted } from '@tristore/common/evaluation-store/duckdb-tables.ts';
import type { FileRow, TableFile } from './table-file.ts';

async function* rowsOf(connection: DuckDBConnection, from: string, offset: number): AsyncGenerator<FileRow> {
  const result = await connection.stream(`select * from ${from} offset ${offset}`);
  let place = offset;
  for await (const chunk of result.yieldRowsJs()) for (const cells of chunk) yield { place: ++place, cells };
}

function featureValue(cell: unknown): FeatureValue | null {
  if (typeof cell === 'bigint') return Number(cell);
  // pandas writes a missing number so
  if (cell === null || cell === undefined || Number.isNaN(cell)) return null;
  if (typeof cell === 'number' || typeof cell === 'string' || typeof cell === 'boolean') return cell;
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

/** A Parquet file, by DuckDB. @throws StartupError */
export async function openParquet(path: string): Promise<TableFile> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const close = () => {
    connection.closeSync();
    instance.closeSync();
  };
  // the file's own columns and no more, wherever it lies
  const from = `read_parquet(${quoted(literal(path))}, hive_partitioning = false)`;
  try {
    const columns = (await connection.run(`select * from ${from} limit 0`)).columnNames();
    return {
      unit: 'row',
      columns,
      rows: (offset) => rowsOf(connection, from, offset),
      valueOf: featureValue,
      close,
    };
  } catch (error) {
    close();
    throw new StartupError(`it cannot be read as Parquet (${(error as Error).message.split('\n')[0]})`);
  }
}
