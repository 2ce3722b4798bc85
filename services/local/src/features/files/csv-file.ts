import { StartupError } from '@tristore/common/errors.ts';
import { csvRows } from '@tristore/trainer/dataset/csv-rows.ts';
import { parseCell } from '@tristore/trainer/dataset/parse-cell.ts';
import type { FileRow, TableFile } from './table-file.ts';

async function headerOf(path: string): Promise<readonly string[]> {
  for await (const { cells } of csvRows(path)) return cells;
  throw new StartupError('the file has no header line');
}

async function* rowsOf(path: string, from: number): AsyncGenerator<FileRow> {
  let passed = -1; // the header
  for await (const { line, cells } of csvRows(path)) if (passed++ >= from) yield { place: line, cells };
}

/** A CSV file (RFC 4180, UTF-8, with a header line). @throws StartupError */
export async function openCsv(path: string): Promise<TableFile> {
  return {
    unit: 'line',
    columns: await headerOf(path),
    rows: (from) => rowsOf(path, from),
    valueOf(cell, dtype) {
      const value = parseCell(dtype, String(cell));
      return value === undefined ? String(cell) : value;
    },
    close: () => {},
  };
}
