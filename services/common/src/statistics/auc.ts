import { checkPairs } from './check-pairs.ts';

/** Indices of scores, ascending. */
export function ascending(scores: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i);
  return order.sort((a, b) => (scores[a] as number) - (scores[b] as number));
}

/**
 * Area under the ROC curve: the share of (positive, negative) pairs that the scores put in order, ties counting half
 * (Mann and Whitney's U by midranks, as scikit-learn's trapezoid gives).
 * @returns NaN where one of the labels never occurs
 */
export function auc(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const rows = checkPairs(scores, labels);
  const order = ascending(scores);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < rows; ) {
    let end = start;
    let tied = 0;
    while (end < rows && scores[order[end] as number] === scores[order[start] as number])
      tied += labels[order[end++] as number] as number;
    // the midrank of ranks start + 1 … end
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (rows - positives));
}
