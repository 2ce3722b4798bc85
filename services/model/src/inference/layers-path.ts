import type { layers, SymbolicTensor } from '@tensorflow/tfjs-layers';

export type Layer = layers.Layer;

/** The layers from an input to a tensor; undefined where one has several before it, or is used more than once. */
export function layersTo(tensor: SymbolicTensor): Layer[] | undefined {
  const path: Layer[] = [];
  let at = tensor;
  while (at.sourceLayer.getClassName() !== 'InputLayer') {
    const [before] = at.inputs;
    if (!before || at.inputs.length > 1 || at.sourceLayer.inboundNodes.length > 1) return undefined;
    path.unshift(at.sourceLayer);
    at = before;
  }
  return path;
}
