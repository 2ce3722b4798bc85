import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { io, type NamedTensorMap, Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import type { Artifact } from './read-artifact.ts';

/** Sizes of a tensor's axes; -1 is variable. */
export type Shape = readonly number[];

/** A loaded TF.js model of either kind, reduced to what serving needs. */
export interface Graph {
  /** Undefined where the graph does not tell a shape before it runs. */
  inputs: readonly (Shape | undefined)[];
  outputs: readonly (Shape | undefined)[];
  /** One execution; inside `tf.tidy`. Outputs in the graph's order. */
  run(rows: Tensor2D): Tensor[];
  dispose(): void;
}

const shapeOf = (shape: readonly (number | null)[] | undefined): Shape | undefined =>
  shape?.map((size) => size ?? -1);

async function layersGraph(artifacts: io.ModelArtifacts): Promise<Graph> {
  const model = await loadLayersModel(io.fromMemory(artifacts));
  return {
    inputs: model.inputs.map(({ shape }) => shapeOf(shape)),
    outputs: model.outputs.map(({ shape }) => shapeOf(shape)),
    // apply, not predict: predict cuts into batches of 32
    run: (rows) => [model.apply(rows, { training: false })].flat() as Tensor[],
    dispose: () => model.dispose(),
  };
}

async function convertedGraph(artifacts: io.ModelArtifacts): Promise<Graph> {
  const model = await loadGraphModel(io.fromMemory(artifacts));
  return {
    inputs: model.inputs.map(({ shape }) => shapeOf(shape)),
    outputs: model.outputs.map(({ shape }) => shapeOf(shape)),
    run: (rows) => {
      const answer: Tensor | Tensor[] | NamedTensorMap = model.predict(rows);
      if (Array.isArray(answer)) return answer;
      return answer instanceof Tensor ? [answer] : Object.values(answer);
    },
    dispose: () => model.dispose(),
  };
}

/** Builds the graph in the backend in use. @throws whatever TF.js throws on a model that it cannot build */
export function buildGraph({ format, artifacts }: Artifact): Promise<Graph> {
  return format === 'graph-model' ? convertedGraph(artifacts) : layersGraph(artifacts);
}
