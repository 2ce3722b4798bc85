import type { BaselineHistogram, Manifest, SignatureFeature } from '@tristore/common/contracts/manifest.ts';
import { countBins, quantileEdges } from '@tristore/common/statistics/histogram.ts';
import { type Dataset, FLAG, takeFeature } from '../dataset/dataset.ts';
import type { Evaluation } from '../evaluate/evaluate-model.ts';

const BINS = 10;

function countFlag(flags: Uint8Array | undefined, rows: Uint32Array, flag: number): number {
  return flags ? rows.reduce((count, row) => count + (flags[row] === flag ? 1 : 0), 0) : 0;
}

/** Values without the rows whose flag says that they are missing or out of range: those are counted apart. */
function histogram(
  values: Float64Array,
  rows: Uint32Array,
  flags: Uint8Array | undefined,
  edges?: number[],
): BaselineHistogram {
  const ordinary = flags
    ? values.filter((_, i) => flags[rows[i] as number] === FLAG.fine)
    : values.filter((value) => !Number.isNaN(value));
  const frozen = edges ?? quantileEdges(ordinary, BINS);
  return {
    edges: frozen,
    counts: countBins(frozen, ordinary),
    missing: countFlag(flags, rows, FLAG.missing),
    out_of_range: countFlag(flags, rows, FLAG.outOfRange),
  };
}

/** Edges that do not wait for the data: a flag that was never raised, a word that was never unseen, need a bin too. */
function fixedEdges(dataset: Dataset, name: string, dtype: string): number[] | undefined {
  if (dtype === 'boolean') return [0];
  const words = dataset.vocabularies[name];
  return words && Array.from({ length: Math.min(words.length, 2 * BINS) }, (_, index) => index);
}

/**
 * Frozen histograms of the reference rows, for drift: features as the graph gets them (float32), protected columns,
 * score and decisions. Edges at the distinct values where there are at most ten, else at the deciles.
 */
export function baselineOf(dataset: Dataset, evaluation: Evaluation): Manifest['baseline'] {
  const { rows, probabilities } = evaluation.reference;
  const ofFeature = ({ name, kind, dtype }: SignatureFeature, index: number): BaselineHistogram =>
    histogram(
      takeFeature(dataset, index, rows),
      rows,
      kind === 'column' ? dataset.flags[name] : undefined,
      fixedEdges(dataset, name, dtype),
    );
  const ofProtected = (name: string, values: Float64Array): BaselineHistogram => {
    const dtype = dataset.view.columns.find((column) => column.name === name)?.dtype ?? 'double';
    const taken = Float64Array.from(rows, (row) => values[row] as number);
    return histogram(taken, rows, dataset.flags[name], fixedEdges(dataset, name, dtype));
  };
  const positive = probabilities.filter((p) => p >= evaluation.threshold).length;
  return {
    reference: 'the validation and test rows of the training file: those that no weight was fitted on',
    rows: rows.length,
    features: Object.fromEntries(dataset.features.map((feature, i) => [feature.name, ofFeature(feature, i)])),
    protected: Object.fromEntries(
      Object.entries(dataset.protected).map(([name, values]) => [name, ofProtected(name, values)]),
    ),
    score: histogram(probabilities, rows, undefined),
    decisions: { positive, negative: rows.length - positive },
  };
}
