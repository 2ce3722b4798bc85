import type { Column, FeatureValue, FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { checkView } from '@tristore/common/features/check-view.ts';
import { type ColumnScan, type CsvScan, MAX_WORDS } from './scan-csv.ts';
import type { ColumnNote, ViewFile } from './view-file.ts';

/** A word that is rarer is left to index 0, so that the model learns what to do with words it never saw. */
const MIN_OCCURRENCES = 5;

function inferDtype(scan: ColumnScan): Column['dtype'] {
  // a few words among numbers are bad cells, not categories: reading will name their lines
  if (scan.words > scan.numbers.length) return scan.booleans === scan.words ? 'boolean' : 'string';
  return scan.integers ? 'integer' : 'double';
}

function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[(sorted.length - 1) >> 1] ?? 0;
}

function typicalOf(scan: ColumnScan, dtype: Column['dtype']): FeatureValue {
  if (dtype === 'integer' || dtype === 'double') return median(scan.numbers);
  const [word = ''] = [...scan.vocabulary].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  return dtype === 'boolean' ? word.toLowerCase() === 'true' || word === '1' : word;
}

function rangeOf(scan: ColumnScan, dtype: Column['dtype']): Column['range'] | undefined {
  if ((dtype !== 'integer' && dtype !== 'double') || scan.numbers.length === 0) return undefined;
  return scan.numbers.reduce((range, x) => ({ min: Math.min(range.min, x), max: Math.max(range.max, x) }), {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  });
}

function makeColumn(scan: ColumnScan, note: ColumnNote): Column {
  const dtype = note.dtype ?? inferDtype(scan);
  if (dtype === 'string' && scan.vocabulary.size > MAX_WORDS)
    throw new StartupError(
      `column ${scan.name} has more than ${MAX_WORDS} different words: exclude it in the view file`,
    );
  const range = note.range ?? rangeOf(scan, dtype);
  const onMissing = note.on_missing ?? (note.protected ? 'default' : scan.empty ? 'indicator' : 'required');
  const standsIn =
    note.default ?? (onMissing === 'required' || note.protected ? undefined : typicalOf(scan, dtype));
  return {
    name: scan.name,
    dtype,
    ...(note.description && { description: note.description }),
    ...(note.unit && { unit: note.unit }),
    ...(range && { range }),
    on_missing: onMissing,
    ...(standsIn !== undefined && { default: standsIn }),
    ...(note.protected && { protected: true }),
  };
}

export interface Roles {
  target: string;
  id: string;
}

/**
 * The feature view of a file: its columns in order without id, target and the excluded ones, each as the view file
 * says, else inferred.
 * @throws StartupError where a named column is not in the file, or the view is not sound
 */
export function makeView(scan: CsvScan, file: ViewFile, roles: Roles, name: string): FeatureView {
  const known = new Set(scan.columns.map((column) => column.name));
  const check = (column: string, where: string) => {
    if (!known.has(column)) throw new StartupError(`${where}: the data file has no column ${column}`);
  };
  check(roles.target, '--target');
  check(roles.id, '--id');
  for (const column of file.exclude ?? []) check(column, 'view file, exclude');
  for (const column of Object.keys(file.columns ?? {})) check(column, 'view file, columns');
  const left = new Set([roles.target, roles.id, ...(file.exclude ?? [])]);
  for (const column of Object.keys(file.columns ?? {}))
    if (left.has(column))
      throw new StartupError(`view file, columns: ${column} is the id, the target or excluded`);
  const view: FeatureView = {
    name: file.name ?? name,
    entity: file.entity ?? 'entity',
    ...(file.description && { description: file.description }),
    ...(file.freshness_seconds && { freshness_seconds: file.freshness_seconds }),
    columns: scan.columns
      .filter((column) => !left.has(column.name))
      .map((column) => makeColumn(column, file.columns?.[column.name] ?? {})),
    derived: file.derived ?? [],
  };
  const [fault] = checkView(view);
  if (fault) throw new StartupError(`view file: ${fault.field} ${fault.problem}`);
  return view;
}

/** Categorical columns' words, the most frequent first (then by code points). */
export function makeVocabularies(scan: CsvScan, view: FeatureView): Record<string, string[]> {
  const columns = view.columns.filter((column) => column.dtype === 'string');
  return Object.fromEntries(
    columns.map(({ name }) => {
      const words = [...(scan.columns.find((column) => column.name === name)?.vocabulary ?? [])];
      const kept = words.filter(([, count]) => count >= MIN_OCCURRENCES);
      kept.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      return [name, kept.map(([word]) => word)];
    }),
  );
}
