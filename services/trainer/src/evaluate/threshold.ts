/** The rule in words, for the manifest. */
export const THRESHOLD_RULE =
  'maximises F1 on the validation rows, rounded to 4 decimals; prediction is 1 where probability >= threshold';

/**
 * The threshold with the best F1 = 2 TP / (2 TP + FP + FN). Among equals the highest; rounded, so that no score lies
 * within a rounding error of it by construction.
 */
export function chooseThreshold(probabilities: Float64Array, labels: Float32Array): number {
  const order = Uint32Array.from(labels, (_, i) => i).sort(
    (a, b) => (probabilities[b] as number) - (probabilities[a] as number),
  );
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let hits = 0;
  const best = { f1: -1, threshold: 0.5 };
  order.forEach((row, i) => {
    hits += labels[row] as number;
    const p = probabilities[row] as number;
    const next = probabilities[order[i + 1] ?? -1] ?? 0;
    if (next === p) return;
    const f1 = (2 * hits) / (i + 1 + positives);
    if (f1 > best.f1) Object.assign(best, { f1, threshold: (p + next) / 2 });
  });
  return Math.round(best.threshold * 10_000) / 10_000;
}
