import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ClampChain } from './clamp-chain.ts';

/** The way from a graph's input to the number before the sigmoid of one of its outputs. */
export interface Logit {
  /** Inside `tf.tidy`, differentiable: [rows, width] to [rows, 1]. */
  run(rows: Tensor2D): Tensor;
  /** The same as plain numbers, where the graph is a chain of dense layers with clamps for activations. */
  readonly chain?: ClampChain;
}
