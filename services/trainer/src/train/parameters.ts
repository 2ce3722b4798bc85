/** What training may vary; all of it is recorded in the manifest. */
export interface Parameters {
  /** Most segments of the embedding per feature. */
  segments: number;
  /** Units of the hidden layers of one tower. */
  hidden: number[];
  /** Networks with seeds of their own, averaged at the logit inside the one graph. */
  towers: number;
  dropout: number;
  batchSize: number;
  learningRate: number;
  /** Decoupled, as a share per step before the learning rate (AdamW). */
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
  towers: 1,
  dropout: 0.3,
  batchSize: 256,
  learningRate: 0.001,
  weightDecay: 0.02,
  averaging: 0.99,
  epochs: 60,
  patience: 6,
};
