import type { Calibration } from '../architecture/graph.ts';
import { fitLogistic } from './logistic-regression.ts';

/**
 * Platt scaling by maximum likelihood with Platt's targets, (n+ + 1)/(n+ + 2) and 1/(n- + 2), which keep it finite
 * (Platt 1999; Lin, Lin and Weng 2007).
 */
export function fitPlatt(logits: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  const positives = Array.from(labels).filter((label) => label === 1).length;
  const negatives = labels.length - positives;
  const targets = Float64Array.from(labels, (label) =>
    label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  );
  const { weights, intercept } = fitLogistic(logits, 1, targets, Number.POSITIVE_INFINITY);
  // rounded to what the graph holds, so that the manifest states exactly what is served
  return { slope: Math.fround(weights[0] as number), intercept: Math.fround(intercept) };
}
