/** What training may vary; all of it is recorded in the manifest. */
export interface Parameters {
  /** Most segments of the embedding per feature. */
  segments: number;
  /** Units of the hidden layers of one tower. */
  hidden: number[];
  dropout: number;
  /** Rows per step; fewer where the training rows would make less than 32 steps an epoch. */
  batchSize: number;
  learningRate: number;
  /** Kernels shrink by learningRate * weightDecay a step (decoupled, AdamW). */
  weightDecay: number;
  /** Of the moving average of the weights that is validated and kept. */
  averaging: number;
  epochs: number;
  /** Epochs without a better validation log-loss, after which training ends. */
  patience: number;
}

export const DEFAULTS: Parameters = {
  segments: 12,
  hidden: [64, 32],
  dropout: 0.15,
  batchSize: 512,
  learningRate: 0.002,
  weightDecay: 1,
  averaging: 0.98,
  epochs: 60,
  patience: 6,
};
