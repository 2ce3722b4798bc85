import { io, type Tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Graph } from './graph.ts';
import { datatypeOf, type TensorSpec } from './tensor.ts';

const specsOf = (names: readonly string[], tensors: readonly SymbolicTensor[]): TensorSpec[] =>
  tensors.map(({ name, dtype, shape }, i) => ({
    name: names[i] ?? name,
    datatype: datatypeOf(dtype),
    shape: shape.map((size) => size ?? -1),
  }));

/** A model of tfjs-layers, or one of Keras as the converter writes it; tensors have the names of its layers. */
export async function layersGraph(artifacts: io.ModelArtifacts): Promise<Graph> {
  const model = await loadLayersModel(io.fromMemory(artifacts));
  return {
    inputs: specsOf(model.inputNames, model.inputs),
    outputs: specsOf(model.outputNames, model.outputs),
    // apply, not predict: predict cuts into batches of 32
    run: (inputs) => [model.apply([...inputs], { training: false })].flat() as Tensor[],
    dispose: () => model.dispose(),
  };
}
