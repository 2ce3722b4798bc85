import { createRequire } from 'node:module';
import type { Category } from './person.ts';

/**
 * A quantile function: the value at level (i + 0.5) / k for knot i of k, straight between knots, flat outside. What
 * many cases share (no bill, paid in full) fills several knots and so keeps its share.
 */
export type Quantiles = readonly number[];

/** Next value -> how many cases took it. */
export type Counts = Readonly<Record<string, number>>;

/** One part of the mixture: mean and covariance (lower triangle, row after row) of the normal scores. */
export interface Component {
  mean: readonly number[];
  covariance: readonly number[];
}

/** What is known of the data: counts, quantiles and covariances of groups, and nothing of any one case. */
export interface Shape {
  format: 'tristore-shape/1';
  source: string;
  rows: number;
  /** Context -> counts of the next repayment status; see `statuses.ts`. */
  statuses: Readonly<Record<string, Counts>>;
  label: Counts;
  limit: Counts;
  age: Counts;
  /** Column -> group (see `person.ts`) -> its counts. */
  categories: Readonly<Record<Category, Readonly<Record<string, Counts>>>>;
  /** Group (see `money.ts`) -> its share. */
  money: Readonly<Record<string, Quantiles>>;
  /** Component (see `componentOf`) -> its normal scores. */
  components: Readonly<Record<string, Component>>;
}

/** The shape of `credit-default`, as `npm run synthetic:fit` made it. */
export function creditDefaultShape(): Shape {
  return createRequire(import.meta.url)('./credit-default-shape.json') as Shape;
}
