import type { Metrics } from '@tristore/common/contracts/manifest.ts';
import type { Random } from '@tristore/common/random.ts';
import { sigmoid } from '@tristore/common/statistics/sigmoid.ts';
import { embed } from '../architecture/segments.ts';
import { logitsOf } from '../architecture/tower.ts';
import { type Dataset, takeLabels, takeVectors } from '../dataset/dataset.ts';
import { allRows, holdOut, join, stratifiedFolds } from '../dataset/split.ts';
import type { Parameters } from '../train/parameters.ts';
import { trainModel } from '../train/train-model.ts';
import { metricsOf } from './score.ts';

export interface CrossValidation {
  folds: Metrics[];
  /** Over all rows at once, each scored by the model that did not see its fold. */
  pooled: Metrics;
}

/**
 * k stratified folds; within each, one row in seven of the training part stops the training early and calibrates. No
 * figure of a fold's own rows goes into its model.
 */
export async function crossValidate(
  dataset: Dataset,
  k: number,
  { parameters, random, onFold }: { parameters: Parameters; random: Random; onFold: FoldListener },
): Promise<CrossValidation> {
  const parts = stratifiedFolds(dataset.labels, allRows(dataset.rows), k, random.fork('folds'));
  const pooled = new Float64Array(dataset.rows);
  const folds: Metrics[] = [];
  for (const [fold, test] of parts.entries()) {
    const stream = random.fork(`fold ${fold + 1}`);
    const rest = join(parts.filter((_, i) => i !== fold));
    const rows = holdOut(dataset.labels, rest, stream);
    const model = await trainModel(dataset, rows, parameters, stream, () => {});
    const embedding = embed(takeVectors(dataset, test), dataset.features.length, model.segments);
    const { slope, intercept } = model.calibration;
    const probabilities = Float64Array.from(logitsOf(model.tower, embedding), (logit) =>
      sigmoid(slope * logit + intercept),
    );
    test.forEach((row, i) => {
      pooled[row] = probabilities[i] as number;
    });
    const metrics = metricsOf(probabilities, takeLabels(dataset, test));
    folds.push(metrics);
    onFold(fold + 1, metrics);
  }
  return { folds, pooled: metricsOf(pooled, dataset.labels) };
}

type FoldListener = (fold: number, metrics: Metrics) => void;
