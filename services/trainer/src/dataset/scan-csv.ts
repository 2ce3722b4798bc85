import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { StartupError } from '@tristore/common/errors.ts';
import { csvRows } from './csv-rows.ts';
import { isBoolean, isEmpty, isNumber } from './parse-cell.ts';

/** A column with more words than this is an id or free text, not a category. */
export const MAX_WORDS = 1000;

/** What one column of the file holds. */
export interface ColumnScan {
  name: string;
  /** The cells that hold a number. */
  numbers: number[];
  integers: boolean;
  empty: number;
  booleans: number;
  /** Cells that hold no number. */
  words: number;
  /** Every distinct cell and how often it is there; gathering ends past MAX_WORDS. */
  vocabulary: Map<string, number>;
}

export interface CsvScan {
  columns: ColumnScan[];
  rows: number;
  /** Of the file's bytes. */
  sha256: string;
}

function checkHeader(header: readonly string[]): void {
  const seen = new Set<string>();
  for (const [i, name] of header.entries()) {
    if (name === '') throw new StartupError(`line 1: column ${i + 1} has no name`);
    if (seen.has(name)) throw new StartupError(`line 1: column ${name} is there twice`);
    seen.add(name);
  }
}

function note(column: ColumnScan, cell: string): void {
  if (column.vocabulary.size <= MAX_WORDS && cell !== '')
    column.vocabulary.set(cell, (column.vocabulary.get(cell) ?? 0) + 1);
  if (isEmpty(cell)) column.empty++;
  else if (isNumber(cell)) {
    const number = Number(cell);
    column.numbers.push(number);
    if (!Number.isInteger(number)) column.integers = false;
  } else {
    column.words++;
    if (isBoolean(cell)) column.booleans++;
  }
}

/**
 * First pass over the file: its fingerprint, header and what the columns hold.
 * @throws StartupError for a broken header or file, or one without rows
 */
export async function scanCsv(path: string): Promise<CsvScan> {
  const hash = createHash('sha256');
  const fingerprint = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  let columns: ColumnScan[] | undefined;
  let rows = 0;
  for await (const { cells } of csvRows(path, fingerprint)) {
    if (!columns) {
      checkHeader(cells);
      columns = cells.map((name) => ({
        name,
        numbers: [],
        integers: true,
        empty: 0,
        booleans: 0,
        words: 0,
        vocabulary: new Map(),
      }));
      continue;
    }
    rows++;
    for (const [i, column] of columns.entries()) note(column, cells[i] ?? '');
  }
  if (!columns || rows === 0) throw new StartupError('the data file has no rows');
  return { columns, rows, sha256: hash.digest('hex') };
}
