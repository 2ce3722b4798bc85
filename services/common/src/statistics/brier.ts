import { checkPairs } from './check-pairs.ts';

/** Mean squared difference of probability and label (Brier 1950, for two classes: 0 is best, 1 worst). */
export function brier(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const rows = checkPairs(probabilities, labels);
  let total = 0;
  for (let i = 0; i < rows; i++) total += ((probabilities[i] as number) - (labels[i] as number)) ** 2;
  return total / rows;
}
