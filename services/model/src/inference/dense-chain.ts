import { engine, keep, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { type Layer, layersTo } from './layers-path.ts';

/** One kernel of the backend: [1, rows, n] to [1, rows, m]. */
type Step = (flow: Tensor) => Tensor;

/** A chain of dense layers as the kernels that tfjs-layers would call in the end. */
export interface DenseChain {
  /** Inside `tf.tidy`; [rows, n] to [rows, m]. */
  run(rows: Tensor): Tensor;
  dispose(): void;
}

/** Activations that the kernel of a matrix product has built in, and what they are as kernels of their own. */
const KERNELS: Readonly<Record<string, string | undefined>> = { relu: 'Relu', sigmoid: 'Sigmoid' };
const isFusable = (activation: unknown): activation is string =>
  activation === 'linear' || (typeof activation === 'string' && activation in KERNELS);

const kernel = (name: string, inputs: object, attributes: object): Tensor =>
  engine().runKernel(name, inputs as never, attributes as never) as Tensor;

function denseStep(layer: Layer, kept: Tensor[]): Step | undefined {
  const { activation } = layer.getConfig();
  const [weights, bias] = layer.getWeights();
  if (!isFusable(activation) || weights?.rank !== 2) return undefined;
  const b = keep(reshape(weights as Tensor2D, [1, ...(weights.shape as [number, number])]));
  kept.push(b);
  const attributes = { transposeA: false, transposeB: false, activation };
  return (a) => kernel('_FusedMatMul', bias ? { a, b, bias } : { a, b }, attributes);
}

function stepOf(layer: Layer, kept: Tensor[]): Step | undefined {
  const { activation, maxValue } = layer.getConfig();
  switch (layer.getClassName()) {
    case 'Dense':
      return denseStep(layer, kept);
    case 'Dropout':
      return (flow) => flow;
    case 'Activation':
      if (activation === 'linear') return (flow) => flow;
      return isFusable(activation) ? (x) => kernel(KERNELS[activation] as string, { x }, {}) : undefined;
    case 'ReLU':
      return typeof maxValue === 'number'
        ? (x) => kernel('ClipByValue', { x }, { clipValueMin: 0, clipValueMax: maxValue })
        : (x) => kernel('Relu', { x }, {});
    default:
      return undefined;
  }
}

/** The layers from the one input to the one output, both of rows of float32. */
function layersInRow({ inputs, outputs }: LayersModel): Layer[] | undefined {
  const [input, output] = [inputs[0], outputs[0]];
  const isPlain = inputs.length === 1 && outputs.length === 1 && input?.shape.length === 2;
  return isPlain && input.dtype === 'float32' ? layersTo(output as SymbolicTensor) : undefined;
}

/**
 * What serves most tabular models: a chain of dense layers without the work that tfjs-layers does around each of its
 * layers at each call, which for few rows is most of the time. The kernels, and so the answers, are the same.
 * @returns undefined for a model of any other form
 */
export function denseChain(model: LayersModel): DenseChain | undefined {
  const kept: Tensor[] = [];
  const dispose = () => {
    for (const tensor of kept) tensor.dispose();
  };
  const steps = layersInRow(model)?.map((layer) => stepOf(layer, kept));
  if (!steps?.length || steps.includes(undefined)) {
    dispose();
    return undefined;
  }
  const [width, units] = [model.inputs[0]?.shape[1], model.outputs[0]?.shape[1]];
  return {
    run: (x) => {
      const rows = x.shape[0];
      let flow = kernel('Reshape', { x }, { shape: [1, rows, width] });
      for (const step of steps as Step[]) flow = step(flow);
      return kernel('Reshape', { x: flow }, { shape: [rows, units] });
    },
    dispose,
  };
}
