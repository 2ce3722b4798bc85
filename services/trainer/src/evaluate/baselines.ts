import type { Metrics } from '@tristore/common/contracts/manifest.ts';
import { type Dataset, takeLabels, takeVectors } from '../dataset/dataset.ts';
import { fitLogistic, predictLogistic } from '../train/logistic-regression.ts';
import { metricsOf } from './score.ts';

/** Every column less its mean, by its standard deviation (ddof 0), both of the training rows; constants become 0. */
function standardise(train: Float32Array, others: Float32Array, width: number) {
  const rows = train.length / width;
  const scaled = [Float64Array.from(train), Float64Array.from(others)] as const;
  for (let j = 0; j < width; j++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < rows; i++) sum += train[i * width + j] as number;
    const mean = sum / rows;
    for (let i = 0; i < rows; i++) squares += ((train[i * width + j] as number) - mean) ** 2;
    const deviation = Math.sqrt(squares / rows) || 1;
    for (const part of scaled)
      for (let i = j; i < part.length; i += width) part[i] = ((part[i] as number) - mean) / deviation;
  }
  return scaled;
}

/**
 * What a model must beat, learned on the training rows and measured on the test rows: the share of positives for
 * everybody, and logistic regression (C = 1) on the standardised inputs.
 */
export function baselinesOf(
  dataset: Dataset,
  rows: { train: Uint32Array; test: Uint32Array },
): { base_rate: Metrics; logistic_regression: Metrics } {
  const width = dataset.features.length;
  const trained = takeLabels(dataset, rows.train);
  const labels = takeLabels(dataset, rows.test);
  const share = trained.reduce((sum, label) => sum + label, 0) / trained.length;
  const [train, test] = standardise(takeVectors(dataset, rows.train), takeVectors(dataset, rows.test), width);
  const regression = fitLogistic(train, width, trained);
  return {
    base_rate: metricsOf(new Float64Array(labels.length).fill(share), labels),
    logistic_regression: metricsOf(predictLogistic(regression, test), labels),
  };
}
