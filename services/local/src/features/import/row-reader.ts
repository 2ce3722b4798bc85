import type { Column, FeatureValues, FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { outOfRange, problemOf } from '@tristore/common/features/check-values.ts';
import type { FileRow, TableFile } from '../files/table-file.ts';
import { eventTimeOf } from './event-time.ts';

/** What the column with the event times is called, unless told otherwise. */
export const EVENT_TIME = 'event_time';

/** The limits of the routes, which hold here too. */
const LONGEST_ID = 256;
const LONGEST_TEXT = 1024;

export interface RowToWrite {
  id: string;
  eventTime: Date;
  values: FeatureValues;
}

/** Which columns of the file are what. */
export interface ColumnNames {
  id: string;
  /** When the values were true; `event_time` by default, where the file has it. */
  eventTime: string | undefined;
  ignore: readonly string[];
}

/** What is wrong with one cell. */
export interface CellProblem {
  place: number;
  column: string;
  problem: string;
}

export interface RowReader {
  /** Columns of the view that the file lacks: absent in every row. */
  readonly lacking: readonly string[];
  /** Faults go to `problems`, columns out of range to `outside`; the row counts only where there are none. */
  read(row: FileRow, problems: CellProblem[], outside: string[]): RowToWrite;
}

/**
 * Makes rows of a view of a file's rows.
 * @param now event time of rows where the file has none
 * @throws StartupError where the file's columns do not fit the view
 */
export function rowReader(file: TableFile, view: FeatureView, names: ColumnNames, now: Date): RowReader {
  const places = placesOf(file, view, names);
  const idAt = file.columns.indexOf(names.id);
  const timeName = names.eventTime ?? EVENT_TIME;
  const timeAt = file.columns.indexOf(timeName);
  const has = new Set(places.map(({ column }) => column.name));

  return {
    lacking: view.columns.map(({ name }) => name).filter((name) => !has.has(name)),
    read({ place, cells }, problems, outside) {
      const fault = (column: string, problem: string) => problems.push({ place, column, problem });
      const id = idOf(cells[idAt]);
      if (!id) fault(names.id, `must be 1 to ${LONGEST_ID} characters`);
      const time = timeAt < 0 ? now : eventTimeOf(cells[timeAt]);
      if (!time) fault(timeName, `must be a time in ISO 8601, is "${cells[timeAt]}"`);
      const values: FeatureValues = {};
      for (const { column, at } of places) {
        const value = file.valueOf(cells[at], column.dtype);
        if (value === null) continue;
        const problem = problemOf(column, value) ?? tooLong(value);
        if (problem) fault(column.name, problem);
        else if (outOfRange(column, value)) outside.push(column.name);
        values[column.name] = value;
      }
      return { id: id ?? '', eventTime: time ?? now, values };
    },
  };
}

const tooLong = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > LONGEST_TEXT
    ? `must be at most ${LONGEST_TEXT} characters`
    : undefined;

function idOf(cell: unknown): string | undefined {
  // pandas writes integers with gaps as doubles
  const whole = typeof cell === 'string' || typeof cell === 'bigint' || Number.isSafeInteger(cell);
  const id = whole ? String(cell) : '';
  return id.length >= 1 && id.length <= LONGEST_ID ? id : undefined;
}

function placesOf(file: TableFile, view: FeatureView, names: ColumnNames): { column: Column; at: number }[] {
  const { id, eventTime, ignore } = names;
  const twice = file.columns.find((name, i) => file.columns.indexOf(name) !== i);
  if (twice !== undefined) throw new StartupError(`the column ${JSON.stringify(twice)} is there twice`);
  for (const [option, name] of [['id', id] as const, ['event-time', eventTime] as const])
    if (name !== undefined && !file.columns.includes(name))
      throw new StartupError(`there is no column ${name}: --${option} names another`);
  const columns = new Map(view.columns.map((column) => [column.name, column]));
  const known = new Set([id, eventTime ?? EVENT_TIME, ...ignore, ...columns.keys()]);
  const unknown = file.columns.filter((name) => !known.has(name));
  if (unknown.length)
    throw new StartupError(
      `not in the view ${view.name}: ${unknown.join(', ')}; --ignore COLUMN leaves a column out`,
    );
  return file.columns.flatMap((name, at) => {
    const column = ignore.includes(name) ? undefined : columns.get(name);
    return column ? { column, at } : [];
  });
}
