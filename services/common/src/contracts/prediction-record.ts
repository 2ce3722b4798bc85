import { type Static, Type } from 'typebox';

/** `YYYY-MM-DD HH:MM:SS.mmm`, UTC: the form that Firehose's deserialisers read. */
export const RecordTimestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}\\.\\d{3}$',
});

export const Route = Type.Union([
  Type.Literal('champion'),
  Type.Literal('canary'),
  Type.Literal('shadow'),
  Type.Literal('fallback'),
  Type.Literal('pinned'),
]);
export type Route = Static<typeof Route>;

/** What the model saw and said, once per answer and shadow: a row of `prediction_records`. */
export const PredictionRecord = Type.Object({
  event_id: Type.String(),
  request_id: Type.String(),
  reference: Type.Optional(Type.String()),
  created_at: RecordTimestamp,
  model_name: Type.String(),
  model_version: Type.String(),
  route: Route,
  entity_id: Type.String(),
  entities: Type.Optional(Type.Record(Type.String(), Type.String())),
  features: Type.Record(Type.String(), Type.Number()),
  protected: Type.Record(Type.String(), Type.Number()),
  missing: Type.Array(Type.String()),
  out_of_range: Type.Array(Type.String()),
  overridden: Type.Array(Type.String()),
  reasons: Type.Array(Type.String()),
  prediction: Type.Number(),
  probability: Type.Number(),
  threshold: Type.Number(),
  latency_ms: Type.Number(),
  degraded: Type.Optional(Type.String()),
});
export type PredictionRecord = Static<typeof PredictionRecord>;
