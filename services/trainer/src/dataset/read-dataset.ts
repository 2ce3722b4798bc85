import type { FeatureValues, FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { checkValues } from '@tristore/common/features/check-values.ts';
import { signatureOf } from '@tristore/common/features/signature.ts';
import { makeVectorizer } from '@tristore/common/features/vector.ts';
import { csvRows } from './csv-rows.ts';
import { type Dataset, FLAG } from './dataset.ts';
import type { Roles } from './make-view.ts';
import { parseCell } from './parse-cell.ts';

const TARGETS: Readonly<Record<string, number>> = { '0': 0, '1': 1, false: 0, true: 1 };

/**
 * Second pass over the file: every row through the same code that serving calls.
 * @param rows how many the first pass counted
 * @throws StartupError with line and column of the first bad cell
 */
export async function readDataset(
  path: string,
  rows: number,
  view: FeatureView,
  vocabularies: Record<string, string[]>,
  roles: Roles,
): Promise<Dataset> {
  const features = signatureOf([view]);
  const vectorize = makeVectorizer([view], vocabularies);
  const dataset: Dataset = {
    view,
    vocabularies,
    features,
    rows,
    vectors: new Float32Array(rows * features.length),
    labels: new Float32Array(rows),
    protected: Object.fromEntries(
      view.columns.filter((c) => c.protected).map((c) => [c.name, new Float64Array(rows).fill(Number.NaN)]),
    ),
    flags: Object.fromEntries(view.columns.map(({ name }) => [name, new Uint8Array(rows)])),
  };
  const types = new Map(view.columns.map((column) => [column.name, column.dtype]));
  const ids = new Set<string>();
  let header: string[] | undefined;
  let row = 0;
  for await (const { line, cells } of csvRows(path)) {
    if (!header) {
      header = cells;
      continue;
    }
    const bad = (column: string, problem: string) => new StartupError(`line ${line}: ${column} ${problem}`);
    if (row === rows) throw bad('the file', 'grew while it was read');
    const values: FeatureValues = {};
    for (const [i, name] of header.entries()) {
      const cell = cells[i] ?? '';
      const dtype = types.get(name);
      if (name === roles.target) {
        const label = TARGETS[cell.toLowerCase()];
        if (label === undefined) throw bad(name, `must be 0 or 1, is "${cell}"`);
        dataset.labels[row] = label;
      } else if (name === roles.id) {
        if (cell === '') throw bad(name, 'is empty');
        if (ids.has(cell)) throw bad(name, `${cell} is there twice`);
        ids.add(cell);
      } else if (dtype) {
        const value = parseCell(dtype, cell);
        if (value === undefined)
          throw bad(name, `must be a ${dtype === 'boolean' ? 'boolean' : 'number'}, is "${cell}"`);
        values[name] = value;
      }
    }
    const [detail] = checkValues(view, values, '').details;
    if (detail) throw bad(detail.field, detail.problem);
    const result = vectorize(values);
    const [required] = result.missingRequired;
    if (required) throw bad(required, 'is empty, and the view says that it is required');
    dataset.vectors.set(result.vector, row * features.length);
    for (const [name, column] of Object.entries(dataset.protected)) {
      const value = result.protected[name];
      if (value === undefined) (dataset.flags[name] as Uint8Array)[row] = FLAG.missing;
      else column[row] = value;
    }
    for (const name of result.missing) (dataset.flags[name] as Uint8Array)[row] = FLAG.missing;
    for (const name of result.outOfRange) (dataset.flags[name] as Uint8Array)[row] = FLAG.outOfRange;
    row++;
  }
  return dataset;
}
