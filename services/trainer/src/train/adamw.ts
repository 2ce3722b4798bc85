import * as tf from '@tensorflow/tfjs-core';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

export interface AdamWOptions {
  learningRate: number;
  /** Applied to kernels (rank 2), not to biases. */
  weightDecay: number;
  /** Decay of the moving average of the weights. */
  averaging: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), and a moving average of the weights
 * (Polyak), corrected for its start as Adam's moments are.
 */
export class AdamW {
  readonly #variables: tf.Variable[];
  readonly #first: tf.Variable[];
  readonly #second: tf.Variable[];
  readonly #average: tf.Variable[];
  readonly #options: AdamWOptions;
  #steps = 0;

  constructor(variables: tf.Variable[], options: AdamWOptions) {
    const zeros = () => variables.map((v) => tf.tidy(() => tf.variable(tf.zerosLike(v), false)));
    this.#variables = variables;
    this.#first = zeros();
    this.#second = zeros();
    this.#average = zeros();
    this.#options = options;
  }

  /** One step along the gradients of the variables, by their names. */
  step(gradients: tf.NamedTensorMap): void {
    const { learningRate, weightDecay, averaging } = this.#options;
    const steps = ++this.#steps;
    const rate = (learningRate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
    tf.tidy(() => {
      for (const [i, variable] of this.#variables.entries()) {
        const gradient = gradients[variable.name];
        const [first, second, average] = [this.#first[i], this.#second[i], this.#average[i]];
        if (!gradient || !first || !second || !average) throw new Error(`no gradient of ${variable.name}`);
        first.assign(tf.add(tf.mul(first, BETA1), tf.mul(gradient, 1 - BETA1)));
        second.assign(tf.add(tf.mul(second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2)));
        const update = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), EPSILON));
        const kept = variable.rank === 2 ? 1 - learningRate * weightDecay : 1;
        variable.assign(tf.sub(tf.mul(variable, kept), update));
        average.assign(tf.add(tf.mul(average, averaging), tf.mul(variable, 1 - averaging)));
      }
    });
  }

  /** The averaged weights; the caller disposes of them. */
  averaged(): tf.Tensor[] {
    const correction = 1 - this.#options.averaging ** this.#steps;
    return this.#average.map((average) => tf.tidy(() => tf.div(average, correction)));
  }

  dispose(): void {
    for (const variable of [...this.#first, ...this.#second, ...this.#average]) variable.dispose();
  }
}
