import type { Tensor } from '@tensorflow/tfjs-core';
import { convertedGraph } from './converted-graph.ts';
import type { Logit } from './explain/logit.ts';
import { layersGraph } from './layers-graph.ts';
import type { Artifact } from './read-artifact.ts';
import type { TensorSpec } from './tensor.ts';

/** A loaded TF.js model of either kind, reduced to what serving needs. */
export interface Graph {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** One execution, inside `tf.tidy`; tensors in the order of `inputs` and `outputs`. */
  run(inputs: readonly Tensor[]): Tensor[];
  /**
   * There where TF.js runs the graph only asynchronously (control flow, shapes that depend on data); then `run`
   * throws. What it gives is the caller's to dispose of.
   */
  readonly runAsync?: (inputs: readonly Tensor[]) => Promise<Tensor[]>;
  /** What an output is the sigmoid of, for explanations; a text says why there is none. */
  logit(output: number): Logit | string;
  dispose(): void;
}

/** Builds the graph in the backend in use. @throws whatever TF.js throws on a model that it cannot build */
export function buildGraph({ format, artifacts }: Artifact): Promise<Graph> {
  return format === 'graph-model' ? convertedGraph(artifacts) : layersGraph(artifacts);
}
