import type { FeatureValue, FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import { makeVectorizer } from '@tristore/common/features/vector.ts';
import { type Dataset, takeFeature } from '../dataset/dataset.ts';

/**
 * The case that explanations start from: the (lower) median of every column over the rows given, the most frequent
 * word, passed through the derivation, so that it is a vector that a real case could have.
 */
export function referenceVector(dataset: Dataset, rows: Uint32Array): number[] {
  const values: FeatureValues = {};
  for (const [index, { name, kind, dtype }] of dataset.features.entries()) {
    if (kind !== 'column') continue;
    const sorted = takeFeature(dataset, index, rows).sort();
    const middle = sorted[(sorted.length - 1) >> 1] as number;
    values[name] = rawValue(dtype, middle, dataset.vocabularies[name]);
  }
  return [...makeVectorizer([dataset.view], dataset.vocabularies)(values).vector];
}

/** Words come the most frequent first, so that the first one stands for the column. */
function rawValue(dtype: string, middle: number, words: string[] | undefined): FeatureValue {
  if (dtype === 'string') return words?.[0] ?? '';
  return dtype === 'boolean' ? middle === 1 : middle;
}
