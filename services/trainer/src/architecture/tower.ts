import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A dense layer's weights; the kernel is inputs x units, row by row. */
export interface DenseWeights {
  inputs: number;
  units: number;
  kernel: Float32Array;
  bias: Float32Array;
}

/** The trained part: hidden layers with ReLU between, then the logit. */
export type TowerWeights = DenseWeights[];

/**
 * The network that is trained, from the embedding to the logit. Dropout comes as inputs (one mask per hidden layer,
 * already divided by the share that is kept): the seeded generator draws it, not the backend.
 */
export function makeTower(inputs: number, hidden: readonly number[], seed: number) {
  const embedding = tfl.input({ shape: [inputs], name: 'embedding' });
  const masks = hidden.map((units, i) => tfl.input({ shape: [units], name: `mask_${i + 1}` }));
  let flow = embedding;
  const dense = [...hidden, 1].map((units, i) =>
    tfl.layers.dense({
      units,
      name: i < hidden.length ? `hidden_${i + 1}` : 'logit',
      ...(i < hidden.length && { activation: 'relu' as const }),
      kernelInitializer: tfl.initializers.heUniform({ seed: seed + i }),
    }),
  );
  for (const [i, layer] of dense.entries()) {
    flow = layer.apply(flow) as tfl.SymbolicTensor;
    const mask = masks[i];
    if (mask) flow = tfl.layers.multiply().apply([flow, mask]) as tfl.SymbolicTensor;
  }
  return tfl.model({ inputs: [embedding, ...masks], outputs: flow });
}

/** The weights of dense layers, copied out of the backend. */
export function readWeights(weights: readonly tf.Tensor[]): TowerWeights {
  const layers: TowerWeights = [];
  for (let i = 0; i < weights.length; i += 2) {
    const [kernel, bias] = [weights[i], weights[i + 1]];
    if (kernel?.rank !== 2 || !bias) throw new Error('a dense layer has a kernel and a bias');
    const [inputs = 0, units = 0] = kernel.shape;
    layers.push({
      inputs,
      units,
      kernel: (kernel.dataSync() as Float32Array).slice(),
      bias: (bias.dataSync() as Float32Array).slice(),
    });
  }
  return layers;
}

/** Logits of rows of the embedding, without dropout. */
export function logitsOf(tower: TowerWeights, embedding: Float32Array): Float32Array {
  const inputs = (tower[0] as DenseWeights).inputs;
  const logits = tf.tidy(() => {
    let flow: tf.Tensor2D = tf.tensor2d(embedding, [embedding.length / inputs, inputs]);
    tower.forEach((layer, depth) => {
      const kernel = tf.tensor2d(layer.kernel, [layer.inputs, layer.units]);
      flow = tf.add(tf.matMul(flow, kernel), tf.tensor1d(layer.bias));
      if (depth < tower.length - 1) flow = tf.relu(flow);
    });
    return flow;
  });
  const values = (logits.dataSync() as Float32Array).slice();
  logits.dispose();
  return values;
}
