import { type Static, Type } from 'typebox';
import { FeatureValues } from './feature-view.ts';
import { EntityId } from './prediction.ts';

const EventTime = Type.String({
  format: 'date-time',
  description: 'when the values were true; now by default',
});

export const FeatureWrite = Type.Object(
  { event_time: Type.Optional(EventTime), values: FeatureValues },
  { additionalProperties: false },
);
export type FeatureWrite = Static<typeof FeatureWrite>;

export const FeatureWriteAnswer = Type.Object({
  view: Type.String(),
  id: Type.String(),
  written: Type.Boolean({ description: 'false where the store holds a newer event_time' }),
  event_time: Type.String({ format: 'date-time', description: 'of the row that the store holds now' }),
  out_of_range: Type.Array(Type.String()),
});
export type FeatureWriteAnswer = Static<typeof FeatureWriteAnswer>;

export const FeatureRow = Type.Object({
  view: Type.String(),
  id: Type.String(),
  event_time: Type.String({ format: 'date-time' }),
  written_at: Type.String({ format: 'date-time' }),
  values: FeatureValues,
});
export type FeatureRow = Static<typeof FeatureRow>;

export const FeatureBatchWrite = Type.Object(
  {
    rows: Type.Array(
      Type.Object(
        { id: EntityId, event_time: Type.Optional(EventTime), values: FeatureValues },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  { additionalProperties: false },
);
export type FeatureBatchWrite = Static<typeof FeatureBatchWrite>;

export const FeatureBatchWriteAnswer = Type.Object({ rows: Type.Array(FeatureWriteAnswer) });
