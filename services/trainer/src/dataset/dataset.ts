import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import type { SignatureFeature } from '@tristore/common/contracts/manifest.ts';

/** What a flag says of a column's value in a row. */
export const FLAG = { fine: 0, missing: 1, outOfRange: 2 } as const;

/** A training set in memory, row by row: exactly what serving would give the graph. */
export interface Dataset {
  view: FeatureView;
  vocabularies: Record<string, string[]>;
  features: SignatureFeature[];
  rows: number;
  /** rows x features, unscaled. */
  vectors: Float32Array;
  /** 1 where the event happened, else 0. */
  labels: Float32Array;
  /** Protected column -> its value per row, NaN where missing. */
  protected: Record<string, Float64Array>;
  /** Column of the view -> FLAG per row. */
  flags: Record<string, Uint8Array>;
}

/** Rows of a dataset as a matrix of their own. */
export function takeVectors(dataset: Dataset, rows: Uint32Array): Float32Array {
  const width = dataset.features.length;
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(dataset.vectors.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}

export const takeLabels = (dataset: Dataset, rows: Uint32Array): Float32Array =>
  Float32Array.from(rows, (row) => dataset.labels[row] as number);

/** One feature's values over rows. */
export function takeFeature(dataset: Dataset, feature: number, rows: Uint32Array): Float64Array {
  const width = dataset.features.length;
  return Float64Array.from(rows, (row) => dataset.vectors[row * width + feature] as number);
}
