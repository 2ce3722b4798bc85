import { type Static, Type } from 'typebox';
import { FeatureView, Name } from './feature-view.ts';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** One input of the graph's vector, in signature order. */
export const SignatureFeature = Type.Object({
  name: Type.String(),
  kind: Type.Union([Type.Literal('column'), Type.Literal('indicator'), Type.Literal('derived')]),
  view: Type.String(),
  dtype: Type.String(),
  unit: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
});
export type SignatureFeature = Static<typeof SignatureFeature>;

const Tensor = Type.Object({
  name: Type.String(),
  datatype: Type.Literal('FP32'),
  shape: Type.Array(Type.Integer({ minimum: -1 })),
});

/**
 * Frozen histogram on the reference data. `edges` are the k-1 inner edges of k bins: bin i holds
 * edges[i-1] < x <= edges[i], the first and last are open. `counts` has k entries; missing values and values
 * outside the view's range are counted apart and in no bin.
 */
export const BaselineHistogram = Type.Object({
  edges: Type.Array(Type.Number()),
  counts: Type.Array(Type.Integer({ minimum: 0 })),
  missing: Type.Integer({ minimum: 0 }),
  out_of_range: Type.Integer({ minimum: 0 }),
});
export type BaselineHistogram = Static<typeof BaselineHistogram>;

export const Metrics = Type.Object({
  rows: Type.Integer({ minimum: 1 }),
  positive_share: Type.Number(),
  auc: Type.Number(),
  log_loss: Type.Number(),
  brier: Type.Number(),
  ece: Type.Number({ description: '10 bins of equal count' }),
});
export type Metrics = Static<typeof Metrics>;

/** The texts of adverse-action reasons, chosen by the sign of the feature's contribution to a positive answer. */
export const ReasonText = Type.Object({
  raises: Type.String({ description: 'said when the feature pushed the probability up' }),
  lowers: Type.String({ description: 'said when the feature pushed the probability down' }),
});

export const Manifest = Type.Object({
  format: Type.Literal('tristore-manifest/1'),
  model_name: Name,
  model_version: Type.String({ pattern: '^[1-9][0-9]*$' }),
  description: Type.String(),
  created_at: Type.String({ format: 'date-time' }),
  signature: Type.Object({
    inputs: Type.Array(Tensor, { minItems: 1 }),
    outputs: Type.Array(Tensor, { minItems: 1 }),
    features: Type.Array(SignatureFeature, { minItems: 1 }),
  }),
  feature_views: Type.Array(FeatureView, { minItems: 1 }),
  vocabularies: Type.Record(Type.String(), Type.Array(Type.String()), {
    description: 'categorical column -> words; a word at position i becomes i + 1, an unseen one 0',
  }),
  target: Type.Object({ name: Type.String(), positive: Type.String(), negative: Type.String() }),
  threshold: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'prediction is 1 where probability >= threshold',
  }),
  threshold_rule: Type.String(),
  calibration: Type.Object({
    method: Type.Literal('platt'),
    slope: Type.Number(),
    intercept: Type.Number(),
    fitted_on: Type.String(),
    reliability: Type.Array(
      Type.Object({
        mean_probability: Type.Number(),
        observed_share: Type.Number(),
        rows: Type.Integer(),
      }),
    ),
  }),
  metrics: Type.Object({
    validation: Metrics,
    test: Metrics,
    cross_validation: Type.Optional(
      Type.Intersect([Metrics, Type.Object({ folds: Type.Integer({ minimum: 2 }) })]),
    ),
    baselines: Type.Object({ base_rate: Metrics, logistic_regression: Metrics }),
    fairness: Type.Record(
      Type.String(),
      Type.Record(
        Type.String(),
        Type.Object({
          rows: Type.Integer(),
          positive_share: Type.Number(),
          selected_share: Type.Number(),
          auc: Type.Union([Type.Number(), Type.Null()]),
        }),
      ),
      { description: 'protected column -> its value -> figures on the test rows' },
    ),
  }),
  baseline: Type.Object({
    reference: Type.String({ description: 'which rows were counted' }),
    rows: Type.Integer({ minimum: 1 }),
    features: Type.Record(Type.String(), BaselineHistogram),
    protected: Type.Record(Type.String(), BaselineHistogram),
    score: BaselineHistogram,
    decisions: Type.Object({ positive: Type.Integer(), negative: Type.Integer() }),
  }),
  explanation: Type.Object({
    method: Type.Literal('integrated-gradients'),
    reference: Type.Array(Type.Number(), { description: 'the vector x-prime, in signature order' }),
  }),
  reasons: Type.Record(Type.String(), ReasonText),
  data: Type.Object({
    file: Type.String(),
    sha256: Sha256,
    rows: Type.Integer(),
    id_column: Type.String(),
    split: Type.Object({ train: Type.Integer(), validation: Type.Integer(), test: Type.Integer() }),
  }),
  training: Type.Object({
    program: Type.String(),
    command: Type.String(),
    seed: Type.Integer(),
    backend: Type.String(),
    tfjs: Type.String(),
    node: Type.String(),
    epochs: Type.Integer(),
    parameters: Type.Record(
      Type.String(),
      Type.Union([Type.Number(), Type.String(), Type.Array(Type.Number())]),
    ),
  }),
  files: Type.Record(Type.String(), Type.Object({ sha256: Sha256, bytes: Type.Integer() })),
});
export type Manifest = Static<typeof Manifest>;
