import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { lineOf, type Segment } from './segments.ts';
import type { TowerWeights } from './tower.ts';

/** Platt scaling: probability = sigmoid(slope * logit + intercept). */
export interface Calibration {
  slope: number;
  intercept: number;
}

/**
 * The graph that is served: unscaled vectors [batch, width] in `features`, calibrated `probability` [batch, 1] out.
 * Standard layers only, so that any TensorFlow.js runtime loads it:
 * Dense (fixed) and ReLU up to 1, the embedding; Dense layers with ReLU; `logit`; `calibration`; sigmoid.
 */
export function buildGraph(
  width: number,
  segments: readonly Segment[],
  tower: TowerWeights,
  calibration: Calibration,
): tfl.LayersModel {
  const kernel = new Float32Array(width * segments.length);
  const bias = new Float32Array(segments.length);
  segments.forEach((segment, unit) => {
    const line = lineOf(segment);
    kernel[segment.feature * segments.length + unit] = line.weight;
    bias[unit] = line.bias;
  });
  const input = tfl.input({ shape: [width], name: 'features', dtype: 'float32' });
  const fixed = [{ name: 'embedding', inputs: width, units: segments.length, kernel, bias }];
  const trained = tower.map((layer, i) => ({
    ...layer,
    name: i < tower.length - 1 ? `hidden_${i + 1}` : 'logit',
  }));
  const calibrated = {
    name: 'calibration',
    inputs: 1,
    units: 1,
    kernel: Float32Array.of(calibration.slope),
    bias: Float32Array.of(calibration.intercept),
  };
  let flow = input;
  for (const layer of [...fixed, ...trained, calibrated]) {
    const hidden = layer.name.startsWith('hidden');
    const dense = tfl.layers.dense({
      name: layer.name,
      units: layer.units,
      trainable: layer !== fixed[0] && layer !== calibrated,
      ...(hidden && { activation: 'relu' as const }),
    });
    flow = dense.apply(flow) as tfl.SymbolicTensor;
    tf.tidy(() =>
      dense.setWeights([tf.tensor2d(layer.kernel, [layer.inputs, layer.units]), tf.tensor1d(layer.bias)]),
    );
    if (layer === fixed[0])
      flow = tfl.layers.reLU({ name: 'embedding_ramp', maxValue: 1 }).apply(flow) as tfl.SymbolicTensor;
  }
  const output = tfl.layers.activation({ name: 'probability', activation: 'sigmoid' }).apply(flow);
  return tfl.model({ name: 'tristore', inputs: input, outputs: output as tfl.SymbolicTensor });
}

/** Probabilities of unscaled vectors (rows x width), in batches. */
export function probabilitiesOf(graph: tfl.LayersModel, vectors: Float32Array, width: number): Float64Array {
  const answer = tf.tidy(() => {
    const x = tf.tensor2d(vectors, [vectors.length / width, width]);
    return (graph.predict(x, { batchSize: 4096 }) as tf.Tensor).dataSync();
  });
  return Float64Array.from(answer);
}
