import type { Random } from '@tristore/common/random.ts';
import type { Calibration } from '../architecture/graph.ts';
import { embed, type Segment, segmentsOf } from '../architecture/segments.ts';
import { logitsOf, type TowerWeights } from '../architecture/tower.ts';
import { type Dataset, takeLabels, takeVectors } from '../dataset/dataset.ts';
import { fitPlatt } from './calibrate.ts';
import type { Parameters } from './parameters.ts';
import { type EpochReport, trainTower } from './train-tower.ts';

/** All that the graph is built from. */
export interface TrainedModel {
  segments: Segment[];
  tower: TowerWeights;
  calibration: Calibration;
  /** The epoch whose weights were kept. */
  epochs: number;
}

/** Embedding, tower and calibration from the training and validation rows alone. */
export async function trainModel(
  dataset: Dataset,
  rows: { train: Uint32Array; validation: Uint32Array },
  parameters: Parameters,
  random: Random,
  onEpoch: (report: EpochReport) => void,
): Promise<TrainedModel> {
  const width = dataset.features.length;
  const segments = segmentsOf(dataset, rows.train, parameters.segments);
  const examples = (part: Uint32Array) => ({
    embedding: embed(takeVectors(dataset, part), width, segments),
    labels: takeLabels(dataset, part),
  });
  const train = examples(rows.train);
  const validation = examples(rows.validation);
  const { weights: tower, epochs } = await trainTower(train, validation, parameters, random, onEpoch);
  const calibration = fitPlatt(logitsOf(tower, validation.embedding), validation.labels);
  return { segments, tower, calibration, epochs };
}
