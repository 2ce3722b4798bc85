import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { openTableFile, type TableFile } from '../files/table-file.ts';
import type { ShowProgress } from '../progress.ts';
import { reasonOf } from '../reason.ts';
import { checkFile } from './check-file.ts';
import { fingerprintOf, type ImportState, StateFile } from './import-state.ts';
import { type ColumnNames, type RowReader, type RowToWrite, rowReader } from './row-reader.ts';
import type { WriteRows } from './write-rows.ts';

/** Rows between two notes of the progress: so many at most are written again after a kill. */
const CHUNK = 2_000;

export interface ImportRequest {
  path: string;
  progressPath: string;
  view: FeatureView;
  names: ColumnNames;
  /** What else must be the same for an import to go on where one was cut off: the target and the mode. */
  facts: object;
  write: WriteRows;
  show: ShowProgress;
  say: (line: string) => void;
}

export interface Imported {
  rows: number;
  /** Rows that an earlier run, cut off, had written. */
  resumedAt: number;
  /** Rows of this run that the store took; the others were older than what it holds, or came twice. */
  taken: number;
  seconds: number;
}

/** Loads a file into a view: checks it whole, then writes it, noting how far it came. @throws StartupError */
export async function importFile(request: ImportRequest): Promise<Imported> {
  const { path, view, names, show, say } = request;
  const file = await openTableFile(path);
  try {
    const stateFile = new StateFile(request.progressPath);
    const state = await begin(stateFile, request);
    const reader = rowReader(file, view, names, new Date(state.started_at));
    if (reader.lacking.length) say(`absent in every row: ${reader.lacking.join(', ')}`);
    const { rows, outOfRange } = await checkFile(file, reader, show('checked'));
    for (const [column, count] of outOfRange) say(`out of range, kept: ${column} in ${count} rows`);
    if (state.rows_done) say(`going on after row ${state.rows_done}, where an import was cut off`);
    const imported = await writeFrom(file, reader, state, rows, stateFile, request);
    await stateFile.remove();
    return imported;
  } finally {
    file.close();
  }
}

async function begin(stateFile: StateFile, request: ImportRequest): Promise<ImportState> {
  const { path, view, names, facts, say } = request;
  const fingerprint = await fingerprintOf(path, { view: view.name, names, ...facts });
  const left = await stateFile.read();
  if (left?.fingerprint === fingerprint) return left;
  if (left) say('an import that was cut off was of another file or target: from the first row');
  return { fingerprint, started_at: new Date().toISOString(), rows_done: 0 };
}

async function writeFrom(
  file: TableFile,
  reader: RowReader,
  state: ImportState,
  rows: number,
  stateFile: StateFile,
  { write, show }: ImportRequest,
): Promise<Imported> {
  const resumedAt = state.rows_done;
  const progress = show('wrote', rows, resumedAt);
  const startedAt = performance.now();
  let taken = 0;
  let done = resumedAt;
  try {
    for await (const chunk of chunksOf(file, reader, resumedAt)) {
      taken += await write(chunk).catch((error: Error) => {
        throw new StartupError(
          `${reasonOf(error)}; ${done} of ${rows} rows are in, and the same command goes on from there`,
        );
      });
      done += chunk.length;
      await stateFile.keep({ ...state, rows_done: done });
      progress.at(done);
    }
  } finally {
    progress.stop();
  }
  return { rows, resumedAt, taken, seconds: (performance.now() - startedAt) / 1000 };
}

async function* chunksOf(file: TableFile, reader: RowReader, from: number): AsyncGenerator<RowToWrite[]> {
  let chunk: RowToWrite[] = [];
  for await (const row of file.rows(from)) {
    chunk.push(reader.read(row, [], []));
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length) yield chunk;
}
