import { type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Graph } from './graph.ts';

/** One output for all rows, row-major. */
export interface Output {
  name: string;
  /** The first axis is the row. */
  shape: number[];
  data: Float32Array;
}

/** The data plane: rows in, outputs out; knows no protocol. */
export interface Predictor {
  /**
   * @param rows row-major, as many columns as the signature has features, unscaled, finite
   * @returns the signature's outputs in its order; for finite rows too extreme for the graph they may hold NaN
   */
  predict(rows: Float32Array): Promise<Output[]>;
}

/**
 * Runs the graph once for all rows of a call. Execution blocks the thread, so calls at the same time queue behind
 * one another.
 * @param width columns of a row
 * @param names of the outputs, in the graph's order
 */
export function graphPredictor(graph: Graph, width: number, names: readonly string[]): Predictor {
  return {
    predict: async (rows) =>
      tidy(() => {
        const input: Tensor2D = tensor2d(rows, [rows.length / width, width], 'float32');
        return graph.run(input).map((tensor, i) => ({
          name: names[i] ?? `output_${i}`,
          shape: [...tensor.shape],
          data: tensor.dataSync<'float32'>(),
        }));
      }),
  };
}
