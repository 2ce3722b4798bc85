import type { Graph } from '../graph.ts';
import { chainAttributions } from './chain-attributions.ts';
import { logitField } from './field.ts';
import { integrateRows, valuesOf } from './quadrature.ts';

/** Of completeness: absolute, and relative to the difference of logits. */
const TOLERANCE = 1e-3;
/** Gradients for one row at most, where they are found by quadrature. */
const LIMIT = 2048;

/** Integrated gradients on the logit, of n rows. */
export interface Attributions {
  /** Of each row, one number for each feature; they add up to `logits[row] - baselineLogit`, up to `errors[row]`. */
  readonly rows: readonly Float64Array[];
  /** What the graph itself gives on the backend in use. */
  readonly logits: Float32Array;
  /** The logit of the reference vector. */
  readonly baselineLogit: number;
  /** Completeness: |sum of attributions - (logit - baseline logit)| */
  readonly errors: Float64Array;
}

/** `exact`: corner by corner of a piecewise linear network; `quadrature`: with gradients of the backend. */
export interface AttributionMethod {
  readonly name: 'exact' | 'quadrature';
  /**
   * @param vectors [n, features], row-major, finite; a row that is too extreme for the graph gets NaN
   * @param pause taken between two pieces of work
   */
  attribute(vectors: Float32Array, pause: () => Promise<void>): Promise<Attributions>;
}

/**
 * How a graph's first output is attributed to its one input, [-1, width].
 * @param reference the vector x-prime of width numbers
 * @returns a text that says why it cannot be
 */
export function attributionMethod(graph: Graph, reference: readonly number[]): AttributionMethod | string {
  const width = reference.length;
  const start = Float32Array.from(reference);
  const logit = graph.logit(0);
  if (typeof logit === 'string') return logit;
  const field = logitField(logit, width);
  let baselineLogit = Number.NaN;
  try {
    [baselineLogit = Number.NaN] = field.values(start);
    if (!logit.chain) field.gradients(start);
  } catch (error) {
    return `TensorFlow.js cannot differentiate it (${(error as Error).message})`;
  }
  const exact = logit.chain && chainAttributions(logit.chain, start);

  async function rowByRow(vectors: Float32Array, logits: Float32Array, pause: () => Promise<void>) {
    const rows: Float64Array[] = [];
    for (const [row, end] of logits.entries()) {
      const vector = vectors.subarray(row * width, (row + 1) * width);
      rows.push(exact && Number.isFinite(end) ? exact(vector) : new Float64Array(width).fill(Number.NaN));
      await pause();
    }
    return rows;
  }

  return {
    name: exact ? 'exact' : 'quadrature',
    attribute: async (vectors, pause) => {
      const logits = await valuesOf(field, vectors, width, pause);
      const ends = { reference: baselineLogit, rows: logits };
      const rows = exact
        ? await rowByRow(vectors, logits, pause)
        : await integrateRows(field, vectors, start, ends, { tolerance: TOLERANCE, limit: LIMIT }, pause);
      const errors = Float64Array.from(rows, (row, i) =>
        Math.abs(row.reduce((sum, x) => sum + x, 0) - ((logits[i] as number) - baselineLogit)),
      );
      return { rows, logits, baselineLogit, errors };
    },
  };
}
