import { io, type Tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { denseChain } from './dense-chain.ts';
import { layersLogit } from './explain/layers-logit.ts';
import type { Graph } from './graph.ts';
import { datatypeOf, type TensorSpec } from './tensor.ts';

/**
 * A tensor has the name of its layer, as Keras has it: its own name counts how often this process made one like it.
 * A layer that is there twice has its place behind the name.
 */
function specsOf(tensors: readonly SymbolicTensor[]): TensorSpec[] {
  const names = tensors.map(({ sourceLayer }) => sourceLayer.name);
  return tensors.map(({ dtype, shape }, i) => {
    const name = names[i] as string;
    return {
      name: names.indexOf(name) === i ? name : `${name}_${i}`,
      datatype: datatypeOf(dtype),
      shape: shape.map((size) => size ?? -1),
    };
  });
}

/** A model of tfjs-layers, or one of Keras as the converter writes it; tensors have the names of its layers. */
export async function layersGraph(artifacts: io.ModelArtifacts): Promise<Graph> {
  const model = await loadLayersModel(io.fromMemory(artifacts));
  const chain = denseChain(model);
  return {
    inputs: specsOf(model.inputs),
    outputs: specsOf(model.outputs),
    // apply, not predict: predict cuts into batches of 32
    run: (inputs) =>
      chain
        ? [chain.run(inputs[0] as Tensor)]
        : ([model.apply([...inputs], { training: false })].flat() as Tensor[]),
    logit: (output) => layersLogit(model, output),
    dispose: () => {
      chain?.dispose();
      model.dispose();
    },
  };
}
