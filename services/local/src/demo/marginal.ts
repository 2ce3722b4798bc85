import { errorFunction } from 'simple-statistics';
import type { Counts, Quantiles } from './shape.ts';

/** Standard normal distribution function. */
export const uniformOf = (score: number): number => (1 + errorFunction(score / Math.SQRT2)) / 2;

/** The value of a quantile function at a level in [0, 1]. */
export function quantileAt(quantiles: Quantiles, level: number): number {
  const position = Math.min(Math.max(level * quantiles.length - 0.5, 0), quantiles.length - 1);
  const below = Math.floor(position);
  const [before, low, high, after] = [-1, 0, 1, 2].map((step) => quantiles[below + step]);
  if (low === undefined || high === undefined) return low ?? 0;
  const between = position - below;
  // A value that many share ends halfway to its neighbour, not in a slope that nobody is on
  if (before === low || high === after) return between < 0.5 ? low : high;
  return low + between * (high - low);
}

const sorted = new WeakMap<Counts, [value: number, count: number][]>();

/** Counts in the order of their values; sorted once. */
function ascending(counts: Counts): [value: number, count: number][] {
  const known = sorted.get(counts);
  if (known) return known;
  const pairs = Object.entries(counts).map(([value, count]): [number, number] => [Number(value), count]);
  pairs.sort(([a], [b]) => a - b);
  sorted.set(counts, pairs);
  return pairs;
}

/**
 * The value at a level in [0, 1) of counted values, and where in that value's share the level is, in [0, 1): a level
 * for the next draw.
 */
export function drawCount(counts: Counts, level: number): [value: number, rest: number] {
  const values = ascending(counts);
  let left = level * values.reduce((sum, [, count]) => sum + count, 0);
  for (const [value, count] of values) {
    if (left < count) return [value, left / count];
    left -= count;
  }
  return [values.at(-1)?.[0] ?? 0, 0];
}
