import { version_layers as tfjs } from '@tensorflow/tfjs-layers';
import { Manifest } from '@tristore/common/contracts/manifest.ts';
import { parserOf } from '@tristore/common/validate.ts';
import type { Split } from '../dataset/split.ts';
import type { ViewFile } from '../dataset/view-file.ts';
import type { CrossValidation } from '../evaluate/cross-validate.ts';
import type { Evaluation } from '../evaluate/evaluate-model.ts';
import { THRESHOLD_RULE } from '../evaluate/threshold.ts';
import type { LoadedData } from '../load-data.ts';
import type { Options } from '../options.ts';
import type { Parameters } from '../train/parameters.ts';
import type { TrainedModel } from '../train/train-model.ts';
import { baselineOf } from './baseline.ts';
import { commandOf } from './command.ts';
import { reasonsOf } from './reasons.ts';
import { referenceVector } from './reference-vector.ts';

/** All that training knows when it ends. */
export interface Training {
  options: Options;
  viewFile: ViewFile;
  data: LoadedData;
  split: Split;
  parameters: Parameters;
  backend: string;
  model: TrainedModel;
  evaluation: Evaluation;
  crossValidation: CrossValidation | undefined;
}

const parseManifest = parserOf(Manifest, 'manifest.json');

/** The manifest without its files: what the model card is written from, too. */
export function makeManifest(training: Training, version: string, createdAt: Date): Manifest {
  const { options, viewFile, data, split, parameters, model, evaluation, crossValidation } = training;
  const { features, view, vocabularies } = data.dataset;
  const target = viewFile.target ?? { positive: `${options.target} = 1`, negative: `${options.target} = 0` };
  return parseManifest({
    format: 'tristore-manifest/1',
    model_name: options.name,
    model_version: version,
    description: viewFile.model?.description ?? `Probability that ${options.target} is 1.`,
    created_at: createdAt.toISOString(),
    signature: {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, features.length] }],
      outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
      features,
    },
    feature_views: [view],
    vocabularies,
    target: { name: options.target, ...target },
    threshold: evaluation.threshold,
    threshold_rule: THRESHOLD_RULE,
    calibration: {
      method: 'platt',
      ...model.calibration,
      fitted_on: 'the validation rows',
      reliability: evaluation.reliability.map((bin) => ({
        mean_probability: bin.meanProbability,
        observed_share: bin.observedShare,
        rows: bin.rows,
      })),
    },
    metrics: {
      ...evaluation.metrics,
      ...(crossValidation && {
        cross_validation: { ...crossValidation.pooled, folds: crossValidation.folds.length },
      }),
    },
    baseline: baselineOf(data.dataset, evaluation),
    explanation: {
      method: 'integrated-gradients',
      reference: referenceVector(data.dataset, split.train),
    },
    reasons: reasonsOf(features, viewFile.reasons, target.positive),
    data: {
      file: data.file,
      sha256: data.sha256,
      rows: data.dataset.rows,
      id_column: options.id,
      split: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    },
    training: {
      program: '@tristore/trainer 0.1.0',
      command: commandOf(options, training.backend),
      seed: options.seed,
      backend: training.backend,
      tfjs,
      node: process.version,
      epochs: model.epochs,
      parameters: { ...parameters },
    },
    files: {},
  });
}
