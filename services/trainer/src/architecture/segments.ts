import { type Dataset, takeFeature } from '../dataset/dataset.ts';

/** One unit of the embedding: 0 up to `low`, 1 from `high` on, a straight line between. */
export interface Segment {
  feature: number;
  low: number;
  high: number;
}

/** Below this share of its edges' size a segment's line would drown in float32's rounding. */
const MIN_RELATIVE_WIDTH = 2 ** -14;

/** The knots of one feature: its distinct values where they are few, else quantiles (Hyndman and Fan's type 1). */
export function knotsOf(values: Float64Array, maxSegments: number): number[] {
  const sorted = values.slice().sort();
  const distinct = [...new Set(sorted)];
  const knots =
    distinct.length <= maxSegments + 1
      ? distinct
      : Array.from({ length: maxSegments + 1 }, (_, i) => {
          const rank = Math.ceil((i / maxSegments) * sorted.length);
          return sorted[Math.max(rank, 1) - 1] as number;
        });
  const kept: number[] = [];
  for (const knot of knots) {
    const last = kept.at(-1);
    const size = Math.max(Math.abs(knot), Math.abs(last ?? 0));
    if (last === undefined || knot - last > size * MIN_RELATIVE_WIDTH) kept.push(knot);
  }
  return kept;
}

/**
 * The segments between neighbouring knots of every feature: a piecewise-linear embedding (Gorishniy, Rubachev and
 * Babenko 2022, "On embeddings for numerical features in tabular deep learning", eq. 1), closed at both ends, so that
 * values beyond those seen in training count as the outermost one seen. A feature that never varies gets none.
 */
export function segmentsOf(dataset: Dataset, rows: Uint32Array, maxSegments: number): Segment[] {
  return dataset.features.flatMap((_, feature) => {
    const knots = knotsOf(takeFeature(dataset, feature, rows), maxSegments);
    return knots.slice(1).map((high, i) => ({ feature, low: knots[i] as number, high }));
  });
}

/** The line of a segment as weight and bias. */
export const lineOf = ({ low, high }: Segment) => ({ weight: 1 / (high - low), bias: -low / (high - low) });

/** What the graph's fixed layers compute: vectors (rows x width) -> embedding (rows x segments). */
export function embed(vectors: Float32Array, width: number, segments: readonly Segment[]): Float32Array {
  const rows = vectors.length / width;
  const embedding = new Float32Array(rows * segments.length);
  segments.forEach((segment, unit) => {
    const { weight, bias } = lineOf(segment);
    for (let row = 0; row < rows; row++) {
      const x = vectors[row * width + segment.feature] as number;
      embedding[row * segments.length + unit] = Math.min(1, Math.max(0, weight * x + bias));
    }
  });
  return embedding;
}
