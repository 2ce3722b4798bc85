import { type Static, Type } from 'typebox';
import { ErrorDetail } from './error.ts';
import { FeatureValues, Name } from './feature-view.ts';

/** Ids may be integers, as in the first design's event; they are kept as text. */
export const EntityId = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()], {
  description: 'text or an integer; kept as text',
  examples: [1],
});

const Model = Type.Object(
  {
    model_name: Name,
    model_version: Type.Optional(
      Type.Union([Type.String({ pattern: '^[1-9][0-9]*$' }), Type.Integer({ minimum: 1 })], {
        description: 'pins the version; without it the aliases decide',
      }),
    ),
  },
  { additionalProperties: false },
);

const Case = {
  client: Type.Object({ id: EntityId }, { additionalProperties: false }),
  entities: Type.Optional(
    Type.Record(Type.String(), EntityId, { description: 'ids of further entities, such as merchant' }),
  ),
  features: Type.Optional(
    Type.Unsafe<FeatureValues>({
      ...FeatureValues,
      description: 'override or add to what the feature store holds',
    }),
  ),
  reference: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, description: "the caller's own name for the case" }),
  ),
};

const Options = Type.Object(
  {
    explain: Type.Optional(Type.Boolean({ description: 'reasons too, strongest first' })),
    max_age_seconds: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 86_400,
        description:
          'an answer that this replica gave to the same question with this option, no older than that, may be given again: the same event_id, `cached`, and no second record; never for a case with a reference',
      }),
    ),
  },
  { additionalProperties: false },
);

export const PredictionRequest = Type.Object(
  { model: Model, ...Case, options: Type.Optional(Options) },
  {
    additionalProperties: false,
    examples: [{ model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } }],
  },
);
export type PredictionRequest = Static<typeof PredictionRequest>;

export const PredictionBatchRequest = Type.Object(
  {
    model: Model,
    predictions: Type.Array(Type.Object(Case, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 1_000,
    }),
    options: Type.Optional(Options),
  },
  {
    additionalProperties: false,
    examples: [
      {
        model: { model_name: 'credit-default' },
        predictions: [{ client: { id: 1 } }, { client: { id: 2 }, features: { LIMIT_BAL: 500_000 } }],
      },
    ],
  },
);
export type PredictionBatchRequest = Static<typeof PredictionBatchRequest>;

export const PredictionAnswer = Type.Object({
  event_id: Type.String({ description: 'UUIDv7' }),
  model_name: Type.String(),
  model_version: Type.String(),
  prediction: Type.Integer({ description: '1 where probability >= threshold, else 0' }),
  probability: Type.Number({ minimum: 0, maximum: 1 }),
  threshold: Type.Number(),
  missing_features: Type.Array(Type.String()),
  out_of_range: Type.Array(Type.String()),
  degraded: Type.Optional(
    Type.String({
      description:
        'what was missing, with commas between: `champion`, another version answered in its place; `feature_store`, only the features of the request were used',
    }),
  ),
  reasons: Type.Optional(Type.Array(Type.String())),
  cached: Type.Optional(Type.Boolean({ description: 'the answer was given before' })),
  created_at: Type.String({ format: 'date-time' }),
});
export type PredictionAnswer = Static<typeof PredictionAnswer>;

export const PredictionBatchAnswer = Type.Object({
  predictions: Type.Array(
    Type.Union([
      PredictionAnswer,
      Type.Object({
        error: Type.Object({
          code: Type.String(),
          message: Type.String(),
          details: Type.Optional(Type.Array(ErrorDetail)),
        }),
      }),
    ]),
    { description: 'in the order of the request' },
  ),
});
export type PredictionBatchAnswer = Static<typeof PredictionBatchAnswer>;
