import type { ErrorDetail } from '../contracts/error.ts';
import type { Column, FeatureValue, FeatureValues, FeatureView } from '../contracts/feature-view.ts';

/** What is wrong with one value for its column, in words, or undefined. */
export function problemOf(column: Column, value: FeatureValue): string | undefined {
  switch (column.dtype) {
    case 'string':
      return typeof value === 'string' ? undefined : `must be a string, is ${describe(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, is ${describe(value)}`;
    default:
      if (typeof value !== 'number' || !Number.isFinite(value))
        return `must be a number, is ${describe(value)}`;
      if (!Number.isFinite(Math.fround(value))) return 'must fit in float32';
      return column.dtype === 'integer' && !Number.isInteger(value)
        ? `must be an integer, is ${describe(value)}`
        : undefined;
  }
}

const describe = (value: FeatureValue): string =>
  typeof value === 'string' ? `the string ${JSON.stringify(value.slice(0, 32))}` : String(value);

/** Whether a valid value lies outside the column's allowed range; a column without a range allows all. */
export function outOfRange(column: Column, value: FeatureValue): boolean {
  if (typeof value !== 'number' || !column.range) return false;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = column.range;
  return value < min || value > max;
}

/**
 * Checks values for one view, column by column.
 * @returns details for unknown columns and wrong types (`prefix` + column), and the columns out of range.
 */
export function checkValues(
  view: FeatureView,
  values: FeatureValues,
  prefix = 'values.',
): { details: ErrorDetail[]; outOfRange: string[] } {
  const columns = new Map(view.columns.map((column) => [column.name, column]));
  const details: ErrorDetail[] = [];
  const outside: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const column = columns.get(name);
    const problem = column
      ? value !== null && problemOf(column, value)
      : `is not a column of the view ${view.name}`;
    if (problem) details.push({ field: prefix + name, problem });
    else if (column && value !== null && outOfRange(column, value)) outside.push(name);
  }
  return { details, outOfRange: outside };
}
