import { ascending } from './auc.ts';
import { checkPairs } from './check-pairs.ts';

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  meanProbability: number;
  observedShare: number;
  rows: number;
}

/**
 * Reliability in at most `bins` bins of about equal count: rows sorted by probability and cut at i * rows / bins,
 * rounded, each cut moved up past rows of the same probability, so that the order of the input never matters.
 */
export function reliability(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  const rows = checkPairs(probabilities, labels);
  const order = ascending(probabilities);
  const at = (rank: number) => probabilities[order[rank] as number];
  const cuts = Array.from({ length: bins }, (_, i) => {
    let cut = Math.round(((i + 1) * rows) / bins);
    while (cut > 0 && cut < rows && at(cut) === at(cut - 1)) cut++;
    return cut;
  });
  return cuts.flatMap((end, i) => {
    const members = order.subarray(cuts[i - 1] ?? 0, end);
    if (members.length === 0) return [];
    const mean = (of: ArrayLike<number>) =>
      members.reduce((sum, row) => sum + (of[row] as number), 0) / members.length;
    return [{ meanProbability: mean(probabilities), observedShare: mean(labels), rows: members.length }];
  });
}

/**
 * Expected calibration error: sum over bins of (rows in bin / rows) |mean probability - observed share|
 * (Naeini, Cooper and Hauskrecht 2015), in bins of equal count.
 */
export function ece(probabilities: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): number {
  const parts = reliability(probabilities, labels, bins);
  const rows = parts.reduce((sum, bin) => sum + bin.rows, 0);
  return parts.reduce(
    (sum, bin) => sum + (bin.rows / rows) * Math.abs(bin.meanProbability - bin.observedShare),
    0,
  );
}
