import { checkPairs } from './check-pairs.ts';

/** Probabilities are kept this far from 0 and 1, as scikit-learn does with doubles. */
const EPSILON = 2 ** -52;

/**
 * Mean of -ln of the probability given to what happened (natural logarithm).
 * @param probabilities of label 1
 * @param labels 0 or 1
 */
export function logLoss(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number {
  const rows = checkPairs(probabilities, labels);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const p = Math.min(Math.max(probabilities[i] as number, EPSILON), 1 - EPSILON);
    total -= labels[i] ? Math.log(p) : Math.log1p(-p);
  }
  return total / rows;
}
