import type { DerivedColumn } from '../contracts/feature-view.ts';

/** The value of a column or of an earlier derived column, as a double. */
export type Lookup = (name: string) => number;

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * One derived column in double precision.
 *
 * - ratio: a / d, where d = b, or |b| with `absolute`, plus `offset`; 0 where d is 0.
 * - difference: a - b. sum, mean, min, max: over all inputs.
 * - count_above: how many inputs are greater than `threshold`.
 * - log1p: sign(x) ln(1 + |x|), which is log1p for x >= 0 and stays defined below.
 */
export function derive(column: DerivedColumn, lookup: Lookup): number {
  const values = column.inputs.map(lookup);
  const [a = 0, b = 0] = values;
  switch (column.op) {
    case 'ratio': {
      const divisor = (column.absolute ? Math.abs(b) : b) + (column.offset ?? 0);
      return divisor === 0 ? 0 : a / divisor;
    }
    case 'difference':
      return a - b;
    case 'sum':
      return sum(values);
    case 'mean':
      return sum(values) / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'count_above':
      return values.filter((value) => value > column.threshold).length;
    case 'log1p':
      return Math.sign(a) * Math.log1p(Math.abs(a));
  }
}
