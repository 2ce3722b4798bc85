import type { Metrics } from '@tristore/common/contracts/manifest.ts';
import { auc } from '@tristore/common/statistics/auc.ts';
import { brier } from '@tristore/common/statistics/brier.ts';
import { logLoss } from '@tristore/common/statistics/log-loss.ts';
import { ece } from '@tristore/common/statistics/reliability.ts';

/** The figures of probabilities against what happened. */
export function metricsOf(probabilities: Float64Array, labels: Float32Array): Metrics {
  return {
    rows: labels.length,
    positive_share: labels.reduce((sum, label) => sum + label, 0) / labels.length,
    auc: auc(probabilities, labels),
    log_loss: logLoss(probabilities, labels),
    brier: brier(probabilities, labels),
    ece: ece(probabilities, labels, 10),
  };
}
