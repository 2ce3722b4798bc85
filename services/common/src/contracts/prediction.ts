import { type Static, Type } from 'typebox';
import { FeatureValues, Name } from './feature-view.ts';

/** Ids may be integers, as in the first design's event; they are kept as text. */
export const EntityId = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Integer()], {
  description: 'text or an integer; kept as text',
  examples: [1],
});

export const PredictionRequest = Type.Object(
  {
    model: Type.Object(
      {
        model_name: Name,
        model_version: Type.Optional(
          Type.Union([Type.String({ pattern: '^[1-9][0-9]*$' }), Type.Integer({ minimum: 1 })], {
            description: 'pins the version; without it the aliases decide',
          }),
        ),
      },
      { additionalProperties: false },
    ),
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
  },
  {
    additionalProperties: false,
    examples: [{ model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } }],
  },
);
export type PredictionRequest = Static<typeof PredictionRequest>;

export const PredictionAnswer = Type.Object({
  event_id: Type.String({ description: 'UUIDv7' }),
  model_name: Type.String(),
  model_version: Type.String(),
  prediction: Type.Integer({ description: '1 where probability >= threshold, else 0' }),
  probability: Type.Number({ minimum: 0, maximum: 1 }),
  threshold: Type.Number(),
  missing_features: Type.Array(Type.String()),
  out_of_range: Type.Array(Type.String()),
  created_at: Type.String({ format: 'date-time' }),
});
export type PredictionAnswer = Static<typeof PredictionAnswer>;
