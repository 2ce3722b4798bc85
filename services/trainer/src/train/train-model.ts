import type { Calibration } from '../architecture/graph.ts';
import { embed, type Segment, segmentsOf } from '../architecture/segments.ts';
import { logitsOf, packTowers, type TowerWeights } from '../architecture/tower.ts';
import { type Dataset, takeLabels, takeVectors } from '../dataset/dataset.ts';
import type { Random } from '../random.ts';
import { fitPlatt } from './calibrate.ts';
import type { Parameters } from './parameters.ts';
import { type EpochReport, trainTower } from './train-tower.ts';

/** All that the graph is built from. */
export interface TrainedModel {
  segments: Segment[];
  tower: TowerWeights;
  calibration: Calibration;
  /** Epochs whose weights were kept, the longest of the towers. */
  epochs: number;
}

/** Embedding, towers and calibration from the training and validation rows alone. */
export async function trainModel(
  dataset: Dataset,
  rows: { train: Uint32Array; validation: Uint32Array },
  parameters: Parameters,
  random: Random,
  onEpoch: (report: EpochReport & { tower: number }) => void,
): Promise<TrainedModel> {
  const width = dataset.features.length;
  const segments = segmentsOf(dataset, rows.train, parameters.segments);
  const examples = (part: Uint32Array) => ({
    embedding: embed(takeVectors(dataset, part), width, segments),
    labels: takeLabels(dataset, part),
  });
  const train = examples(rows.train);
  const validation = examples(rows.validation);
  const towers: TowerWeights[] = [];
  let epochs = 0;
  for (let tower = 1; tower <= parameters.towers; tower++) {
    const result = await trainTower(train, validation, parameters, random.fork(`tower ${tower}`), (report) =>
      onEpoch({ ...report, tower }),
    );
    towers.push(result.weights);
    epochs = Math.max(epochs, result.epochs);
  }
  const tower = packTowers(towers);
  const calibration = fitPlatt(logitsOf(tower, validation.embedding), validation.labels);
  return { segments, tower, calibration, epochs };
}
