import { createReadStream } from 'node:fs';
import type { Transform } from 'node:stream';
import { StartupError } from '@tristore/common/errors.ts';
import { CsvError, type Info, parse } from 'csv-parse';

/** One record of the file; `line` is the one that it ends on, the header's being 1. */
export interface CsvRow {
  line: number;
  cells: string[];
}

/**
 * Streams the records of a CSV file (RFC 4180, UTF-8, with a header line): the first is the header.
 * @param through sees the raw bytes first, for a fingerprint
 * @throws StartupError for a file that cannot be read, or a record with another number of cells
 */
export async function* csvRows(path: string, through?: Transform): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    info: true,
    relax_column_count: true,
  });
  const file = createReadStream(path);
  const forward = (error: Error) => parser.destroy(error);
  file.on('error', forward);
  if (through) file.pipe(through).on('error', forward).pipe(parser);
  else file.pipe(parser);
  let width: number | undefined;
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
      width ??= record.length;
      if (record.length !== width)
        throw new StartupError(`line ${info.lines}: has ${record.length} cells, the header ${width}`);
      yield { line: info.lines, cells: record };
    }
  } catch (error) {
    if (error instanceof StartupError) throw error;
    if (error instanceof CsvError) throw new StartupError(`line ${error['lines']}: ${error.message}`);
    throw new StartupError(`the data file cannot be read (${(error as Error).message})`);
  } finally {
    file.destroy();
  }
}
