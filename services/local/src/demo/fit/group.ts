import { probit } from 'simple-statistics';
import { quantileAt } from '../marginal.ts';
import type { Counts, Quantiles } from '../shape.ts';

/** No figure of the shape speaks of fewer clients than this. */
export const FEWEST = 5;
/** Cases between two knots. */
const APART = 30;
const MOST_KNOTS = 51;
const DIGITS = 3;

/** Groups items by a key, in order of first appearance. */
export function groupBy<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** How often each value is there; those of fewer than `FEWEST` clients are left out. */
export function countsOf(values: Iterable<number>): Counts {
  const groups = [...groupBy(values, String)].filter(([, group]) => group.length >= FEWEST);
  return Object.fromEntries(
    groups.map(([value, group]): [string, number] => [value, group.length]).sort(([a], [b]) => +a - +b),
  );
}

/** Knots are at least `APART` cases apart, and none is an extreme. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Array.from(Float64Array.from(values).sort());
  const knots = Math.min(MOST_KNOTS, Math.max(Math.floor(sorted.length / APART), 1));
  return Array.from({ length: knots }, (_, i) => +quantileAt(sorted, (i + 0.5) / knots).toPrecision(DIGITS));
}

/**
 * Normal scores of values by their rank; among equal ones `tie` decides, so that who shares a value in several months
 * (no bill, paid in full) keeps one rank in all of them.
 * @param ties in [0, 1), one a value
 */
export function normalScores(values: readonly number[], ties: readonly number[]): number[] {
  const order = values.map((_, i) => i);
  order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || (ties[a] ?? 0) - (ties[b] ?? 0));
  const scores = new Array<number>(values.length);
  for (const [rank, i] of order.entries()) scores[i] = probit((rank + 0.5) / values.length);
  return scores;
}
