import { access } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Column, FeatureValue } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { openCsv } from './csv-file.ts';
import { openParquet } from './parquet-file.ts';

/** One row as the file has it. */
export interface FileRow {
  /** Line of a CSV file, the header's being 1; number of the row, from 1, in Parquet. */
  place: number;
  cells: readonly unknown[];
}

/** A file of rows with named columns, to be read more than once. */
export interface TableFile {
  /** What a row's place is called. */
  readonly unit: 'line' | 'row';
  readonly columns: readonly string[];
  /** Rows in the file's order. @param from how many to pass over @throws StartupError naming the place */
  rows(from: number): AsyncIterable<FileRow>;
  /** A cell as a feature value, null where it is empty; what does not fit the type comes back as it is. */
  valueOf(cell: unknown, dtype: Column['dtype']): FeatureValue | null;
  close(): void;
}

export const FORMATS = ['.csv', '.parquet'] as const;

/** @throws StartupError for a name with another ending */
export function formatOf(path: string): (typeof FORMATS)[number] {
  const format = FORMATS.find((known) => known === extname(path).toLowerCase());
  if (format) return format;
  throw new StartupError(`${path}: the name must end with ${FORMATS.join(' or ')}`);
}

/** Opens a CSV or Parquet file by its name's ending. @throws StartupError */
export async function openTableFile(path: string): Promise<TableFile> {
  const format = formatOf(path);
  await access(path).catch(() => {
    throw new StartupError(`there is no file ${path}`);
  });
  return format === '.csv' ? openCsv(path) : openParquet(path);
}
