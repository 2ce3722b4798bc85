import { add, matMul, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { type LayersModel, type SymbolicTensor, model as subModel } from '@tensorflow/tfjs-layers';
import { layersChain } from './layers-chain.ts';
import type { Logit } from './logit.ts';

/** The model up to a tensor inside it; shares the weights. */
function upTo(model: LayersModel, tensor: SymbolicTensor): (rows: Tensor2D) => Tensor {
  if (model.inputs[0] === tensor) return (rows) => rows;
  const part = subModel({ inputs: model.inputs, outputs: tensor });
  return (rows) => part.apply(rows, { training: false }) as Tensor;
}

/**
 * Finds what comes before the sigmoid of an output: a layer that is a sigmoid, or the sum inside a dense layer whose
 * activation is one. The sigmoid's own gradient dies where it saturates, and log(p / (1 - p)) of a float32 is coarse
 * there.
 * @returns a text that says why there is none
 */
export function layersLogit(model: LayersModel, output: number): Logit | string {
  const end = model.outputs[output];
  if (!end) return `the graph has no output ${output}`;
  const layer = end.sourceLayer;
  const before = end.inputs[0];
  const kind = layer.getClassName();
  const isSigmoid = /^(Activation|Dense)$/.test(kind) && layer.getConfig()['activation'] === 'sigmoid';
  if (!before || !isSigmoid) return `its output "${model.outputNames[output]}" does not end in a sigmoid`;
  const run = upTo(model, before);
  const chain = kind === 'Dense' ? layersChain(end, true) : layersChain(before, false);
  if (kind === 'Activation') return { run, ...(chain && { chain }) };
  const [kernel, bias] = layer.getWeights();
  return {
    run: (rows) => {
      const product = matMul(run(rows), kernel as Tensor);
      return bias ? add(product, bias) : product;
    },
    ...(chain && { chain }),
  };
}
