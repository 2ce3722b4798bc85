import type { Random } from '@tristore/trainer/random.ts';

/** The root above 1 of x^(d+1) = x + 1. */
function generalisedGoldenRatio(dimensions: number): number {
  let x = 2;
  for (let i = 0; i < 40; i++) x = (1 + x) ** (1 / (dimensions + 1));
  return x;
}

/**
 * Points that fill the unit cube evenly from the first one on, so that few clients already have the shares of many:
 * the additive recurrence R_d (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018), shifted by
 * the seed (Cranley and Patterson, 1976).
 * @returns the next point: as many levels in [0, 1) as dimensions
 */
export function evenLevels(dimensions: number, random: Random): () => number[] {
  const ratio = generalisedGoldenRatio(dimensions);
  const steps = Array.from({ length: dimensions }, (_, i) => ratio ** -(i + 1));
  let point = steps.map(() => random.next());
  return () => {
    point = point.map((level, i) => (level + (steps[i] ?? 0)) % 1);
    return point;
  };
}
