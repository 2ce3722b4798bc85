import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@tristore/common/random.ts';
import { logLoss } from '@tristore/common/statistics/log-loss.ts';
import { sigmoid } from '@tristore/common/statistics/sigmoid.ts';
import { logitsOf, makeTower, readWeights, type TowerWeights } from '../architecture/tower.ts';
import { AdamW } from './adamw.ts';
import type { Parameters } from './parameters.ts';

/** Rows of the embedding and their labels. */
export interface Examples {
  embedding: Float32Array;
  labels: Float32Array;
}

export interface EpochReport {
  epoch: number;
  validationLogLoss: number;
  best: boolean;
}

/**
 * Stands for the mean log-loss of logits: its gradient is exactly that loss's, (p - y) per row, and needs no logarithm.
 * Its value is only the sum of the errors, which nobody reads.
 */
const logLossOfLogits = (labels: tf.Tensor, scale: number) =>
  tf.customGrad((logits, save) => {
    const error = tf.mul(tf.sub(tf.sigmoid(logits as tf.Tensor), labels), scale);
    (save as tf.GradSaveFunc)([error]);
    return {
      value: tf.sum(error),
      gradFunc: (dy, saved) => tf.mul((saved as tf.Tensor[])[0] as tf.Tensor, dy as tf.Tensor),
    };
  });

/** A small file would end training before it has begun, were its few steps not made more. */
const MIN_STEPS = 32;

function drawMask(shape: [number, number], dropout: number, random: Random): tf.Tensor2D {
  const mask = new Float32Array(shape[0] * shape[1]);
  const kept = 1 / (1 - dropout);
  for (let i = 0; i < mask.length; i++) mask[i] = random.next() < dropout ? 0 : kept;
  return tf.tensor2d(mask, shape);
}

function takeRows(matrix: Float32Array, width: number, rows: Uint32Array): tf.Tensor2D {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(matrix.subarray(row * width, (row + 1) * width), i * width);
  });
  return tf.tensor2d(taken, [rows.length, width]);
}

/**
 * Trains one tower with AdamW on log-loss, and keeps the averaged weights of the epoch with the best validation
 * log-loss. Everything random comes from `random`.
 */
export async function trainTower(
  train: Examples,
  validation: Examples,
  parameters: Parameters,
  random: Random,
  onEpoch: (report: EpochReport) => void,
): Promise<{ weights: TowerWeights; epochs: number; validationLogLoss: number }> {
  const rows = train.labels.length;
  const width = train.embedding.length / rows;
  const tower = makeTower(width, parameters.hidden, random.fork('initial weights').integer(2 ** 31));
  const variables = tower.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const batchSize = Math.max(1, Math.min(parameters.batchSize, Math.floor(rows / MIN_STEPS)));
  const optimizer = new AdamW(variables, parameters);
  const [order, dropout] = [random.fork('order'), random.fork('dropout')];
  const best = { weights: [] as TowerWeights, epochs: 0, validationLogLoss: Number.POSITIVE_INFINITY };
  const rowsInOrder = Uint32Array.from({ length: rows }, (_, row) => row);

  for (let epoch = 1; epoch <= parameters.epochs && epoch - best.epochs <= parameters.patience; epoch++) {
    order.shuffle(rowsInOrder);
    for (let start = 0; start < rows; start += batchSize) {
      const batch = rowsInOrder.subarray(start, start + batchSize);
      tf.tidy(() => {
        const masks = parameters.hidden.map((units) =>
          drawMask([batch.length, units], parameters.dropout, dropout),
        );
        const inputs = [takeRows(train.embedding, width, batch), ...masks];
        const loss = logLossOfLogits(takeRows(train.labels, 1, batch), 1 / batch.length);
        const { grads } = tf.variableGrads(
          () => loss(tower.apply(inputs) as tf.Tensor) as tf.Scalar,
          variables,
        );
        optimizer.step(grads);
      });
    }
    const averaged = optimizer.averaged();
    const weights = readWeights(averaged);
    tf.dispose(averaged);
    const probabilities = Float64Array.from(logitsOf(weights, validation.embedding), sigmoid);
    const validationLogLoss = logLoss(probabilities, validation.labels);
    const better = validationLogLoss < best.validationLogLoss - 1e-6;
    if (better) Object.assign(best, { weights, epochs: epoch, validationLogLoss });
    onEpoch({ epoch, validationLogLoss, best: better });
    await tf.nextFrame();
  }
  optimizer.dispose();
  tower.dispose();
  return best;
}
