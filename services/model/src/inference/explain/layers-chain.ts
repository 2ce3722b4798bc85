import type { layers, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { type Layer, layersTo } from '../layers-path.ts';
import { type ClampChain, type ClampLayer, clamp } from './clamp-chain.ts';

type Bounds = Pick<ClampLayer, 'lower' | 'upper'>;

const OPEN: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };
const RELU: Bounds = { ...OPEN, lower: 0 };
const CLAMPS: Readonly<Record<string, Bounds>> = { linear: OPEN, relu: RELU, relu6: { lower: 0, upper: 6 } };
/** Layers that do nothing but in training. */
const IDLE = new Set(['Dropout', 'GaussianDropout', 'GaussianNoise', 'AlphaDropout', 'SpatialDropout1D']);

/** Bounds of memory: eight bytes a weight. */
const MAX_WEIGHTS = 1_000_000;
/** Bounds of time: from the third layer on, all weights are met at every corner of the layers before. */
const MAX_DEEP_WEIGHTS = 50_000;

/** The bounds of a layer that is nothing but a clamp. */
function boundsOf(layer: Layer): Bounds | undefined {
  const config = layer.getConfig();
  const kind = layer.getClassName();
  if (kind === 'ReLU') return { lower: 0, upper: (config['maxValue'] as number | null) ?? OPEN.upper };
  return kind === 'Activation' ? CLAMPS[String(config['activation'])] : undefined;
}

function denseLayer(layer: Layer, bounds: Bounds): ClampLayer {
  const [kernel, bias] = (layer as ReturnType<typeof layers.dense>).getWeights();
  const [inputs = 0, units = 0] = kernel?.shape ?? [];
  return {
    inputs,
    units,
    kernel: Float64Array.from(kernel?.dataSync() ?? []),
    bias: bias ? Float64Array.from(bias.dataSync()) : new Float64Array(units),
    ...bounds,
  };
}

/**
 * The layers up to a tensor as plain numbers.
 * @param bareEnd whether the activation of the layer that gives the tensor is left out
 * @returns undefined where the layers are no chain of dense ones with clamps, or too large for it to pay
 */
export function layersChain(tensor: SymbolicTensor, bareEnd: boolean): ClampChain | undefined {
  const chain: ClampLayer[] = [];
  for (const layer of layersTo(tensor) ?? []) {
    const kind = layer.getClassName();
    if (IDLE.has(kind)) continue;
    if (kind === 'Dense') {
      const isBare = bareEnd && layer === tensor.sourceLayer;
      const bounds = isBare ? OPEN : CLAMPS[String(layer.getConfig()['activation'])];
      if (!bounds) return undefined;
      chain.push(denseLayer(layer, bounds));
      continue;
    }
    const bounds = boundsOf(layer);
    const last = chain.pop();
    if (!bounds || !last) return undefined;
    // a clamp behind a clamp is one
    chain.push({ ...last, lower: clamp(last.lower, bounds), upper: clamp(last.upper, bounds) });
  }
  const weights = chain.map(({ kernel }) => kernel.length);
  const all = weights.reduce((a, b) => a + b, 0);
  const deep = weights.slice(2).reduce((a, b) => a + b, 0);
  return chain.at(-1)?.units === 1 && all <= MAX_WEIGHTS && deep <= MAX_DEEP_WEIGHTS ? chain : undefined;
}
