import { StartupError } from '@tristore/common/errors.ts';
import { csvRows } from '@tristore/trainer/dataset/csv-rows.ts';
import { COLUMNS, type Label, TARGET } from '../columns.ts';

/** A real client: read, counted and forgotten. */
export interface RealClient {
  values: Record<string, number>;
  label: Label;
}

/** Codes that the file's documentation does not know, and the documented one ("others") that they count as. */
const OTHERS: Readonly<Record<string, { known: readonly number[]; others: number }>> = {
  EDUCATION: { known: [1, 2, 3, 4], others: 4 },
  MARRIAGE: { known: [1, 2, 3], others: 3 },
};

/**
 * Reads the real file.
 * @throws StartupError naming line and column of a bad cell, or the missing column
 */
export async function readClients(path: string): Promise<RealClient[]> {
  const clients: RealClient[] = [];
  let places: Map<string, number> | undefined;
  for await (const { line, cells } of csvRows(path)) {
    if (!places) {
      places = new Map(cells.map((column, i) => [column, i]));
      const missing = [...COLUMNS, TARGET].filter((column) => !cells.includes(column));
      if (missing.length > 0) throw new StartupError(`line 1: no column ${missing.join(', ')}`);
      continue;
    }
    const known = places;
    const read = (column: string): number => {
      const cell = cells[known.get(column) ?? -1] ?? '';
      const number = Number(cell);
      if (cell === '' || !Number.isInteger(number))
        throw new StartupError(`line ${line}: ${column} must be an integer, is "${cell}"`);
      const codes = OTHERS[column];
      return codes && !codes.known.includes(number) ? codes.others : number;
    };
    const values = Object.fromEntries(COLUMNS.map((column) => [column, read(column)]));
    clients.push({ values, label: read(TARGET) === 1 ? 1 : 0 });
  }
  if (clients.length === 0) throw new StartupError('the data file has no rows');
  return clients;
}
