import { StartupError } from '@tristore/common/errors.ts';
import type { TableFile } from '../files/table-file.ts';
import type { Progress } from '../progress.ts';
import type { CellProblem, RowReader } from './row-reader.ts';

/** So many bad rows are shown; the rest is counted. */
const SHOWN = 20;

export interface Checked {
  rows: number;
  /** Column -> rows in which it is outside the view's range; such a value is kept. */
  outOfRange: Map<string, number>;
}

/** Reads the whole file against its view. @throws StartupError that shows the bad cells by place and column */
export async function checkFile(file: TableFile, reader: RowReader, progress: Progress): Promise<Checked> {
  const shown: CellProblem[] = [];
  const outOfRange = new Map<string, number>();
  let rows = 0;
  let badRows = 0;
  try {
    for await (const row of file.rows(0)) {
      const problems: CellProblem[] = [];
      const outside: string[] = [];
      reader.read(row, problems, outside);
      if (problems.length && badRows++ < SHOWN) shown.push(...problems);
      for (const column of outside) outOfRange.set(column, (outOfRange.get(column) ?? 0) + 1);
      progress.at(++rows);
    }
  } finally {
    progress.stop();
  }
  if (badRows) throw new StartupError(refusal(file, shown, badRows, rows));
  if (!rows) throw new StartupError('there are no rows');
  return { rows, outOfRange };
}

function refusal({ unit }: TableFile, shown: readonly CellProblem[], badRows: number, rows: number): string {
  const lines = shown.map(({ place, column, problem }) => `  ${unit} ${place}, ${column}: ${problem}`);
  const more = badRows > SHOWN ? [`  and ${badRows - SHOWN} more rows`] : [];
  return [`${badRows} of ${rows} rows do not fit the view; nothing was written`, ...lines, ...more].join(
    '\n',
  );
}
