import type { ErrorDetail } from '../contracts/error.ts';
import type { FeatureView } from '../contracts/feature-view.ts';
import { problemOf } from './check-values.ts';

/** What the schema cannot say about one view: defaults, unique names, inputs of derived columns. */
export function checkView(view: FeatureView): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  const usable = new Set<string>();
  const seen = new Set<string>();
  const unique = (name: string, field: string) => {
    if (seen.has(name)) details.push({ field, problem: `the name ${name} is used twice` });
    seen.add(name);
  };
  view.columns.forEach((column, i) => {
    const field = `columns/${i}`;
    unique(column.name, `${field}/name`);
    if (column.on_missing === 'indicator') unique(`${column.name}__missing`, `${field}/name`);
    if (!column.protected) usable.add(column.name);
    if (column.default !== undefined) {
      const problem = problemOf(column, column.default);
      if (problem) details.push({ field: `${field}/default`, problem });
    } else if (column.on_missing !== 'required' && !column.protected) {
      details.push({
        field: `${field}/default`,
        problem: `is needed where on_missing is ${column.on_missing}`,
      });
    }
    if (
      column.range?.min !== undefined &&
      column.range.max !== undefined &&
      column.range.min > column.range.max
    )
      details.push({ field: `${field}/range`, problem: 'min is above max' });
  });
  view.derived.forEach((column, i) => {
    const field = `derived/${i}`;
    unique(column.name, `${field}/name`);
    for (const input of column.inputs)
      if (!usable.has(input))
        details.push({
          field: `${field}/inputs`,
          problem: `${input} is no unprotected column, nor a derived one before it`,
        });
    usable.add(column.name);
  });
  return details;
}

/**
 * Whether `next` may replace `current`: existing columns keep their dtype, and stay; a new one needs a default.
 * Descriptions, units, ranges, freshness and policies may change.
 */
export function checkEvolution(current: FeatureView, next: FeatureView): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  if (next.entity !== current.entity)
    details.push({ field: 'entity', problem: `is ${current.entity} and cannot change` });
  const before = new Map(current.columns.map((column) => [column.name, column]));
  next.columns.forEach((column, i) => {
    const old = before.get(column.name);
    before.delete(column.name);
    if (!old) {
      if (column.default === undefined)
        details.push({
          field: `columns/${i}/default`,
          problem: `a new column (${column.name}) needs a default`,
        });
    } else if (old.dtype !== column.dtype) {
      details.push({
        field: `columns/${i}/dtype`,
        problem: `${column.name} is ${old.dtype} and cannot become ${column.dtype}`,
      });
    } else if (Boolean(old.protected) !== Boolean(column.protected)) {
      details.push({
        field: `columns/${i}/protected`,
        problem: `${column.name} cannot change whether it is protected`,
      });
    }
  });
  for (const name of before.keys()) details.push({ field: 'columns', problem: `${name} cannot be removed` });
  return details;
}
