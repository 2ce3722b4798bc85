import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Manifest, Metrics } from '@tristore/common/contracts/manifest.ts';
import { type ReliabilityBin, reliability } from '@tristore/common/statistics/reliability.ts';
import { probabilitiesOf } from '../architecture/graph.ts';
import { type Dataset, takeLabels, takeVectors } from '../dataset/dataset.ts';
import { join, type Split } from '../dataset/split.ts';
import { baselinesOf } from './baselines.ts';
import { fairnessOf } from './fairness.ts';
import { metricsOf } from './score.ts';
import { chooseThreshold } from './threshold.ts';

export interface Evaluation {
  threshold: number;
  metrics: Omit<Manifest['metrics'], 'cross_validation'>;
  /** Calibration on the test rows. */
  reliability: ReliabilityBin[];
  /** The rows that training did not fit: what the baseline counts. */
  reference: { rows: Uint32Array; probabilities: Float64Array };
}

/** Measures the very graph that will be served. The threshold comes from the validation rows alone. */
export function evaluateModel(graph: LayersModel, dataset: Dataset, split: Split): Evaluation {
  const width = dataset.features.length;
  const score = (rows: Uint32Array) => probabilitiesOf(graph, takeVectors(dataset, rows), width);
  const measure = (rows: Uint32Array): [Float64Array, Float32Array, Metrics] => {
    const [probabilities, labels] = [score(rows), takeLabels(dataset, rows)];
    return [probabilities, labels, metricsOf(probabilities, labels)];
  };
  const [validated, validationLabels, validation] = measure(split.validation);
  const threshold = chooseThreshold(validated, validationLabels);
  const [tested, testLabels, test] = measure(split.test);
  const reference = join([split.validation, split.test]);
  return {
    threshold,
    metrics: {
      validation,
      test,
      baselines: baselinesOf(dataset, split),
      fairness: fairnessOf(dataset, split.test, tested, threshold),
    },
    reliability: reliability(tested, testLabels, 10),
    reference: { rows: reference, probabilities: score(reference) },
  };
}
