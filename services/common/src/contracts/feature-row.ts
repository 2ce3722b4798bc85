import { type Static, Type } from 'typebox';
import { FeatureValues } from './feature-view.ts';
import { EntityId } from './prediction.ts';

const EventTime = Type.String({
  format: 'date-time',
  description: 'when the values were true; now by default',
});

/** A client of the view credit-default, whole: a write replaces the row. */
const EXAMPLE_VALUES: FeatureValues = {
  LIMIT_BAL: 200000,
  SEX: 2,
  EDUCATION: 2,
  MARRIAGE: 1,
  AGE: 35,
  PAY_0: 0,
  PAY_2: 0,
  PAY_3: 0,
  PAY_4: 0,
  PAY_5: 0,
  PAY_6: 0,
  BILL_AMT1: 52000,
  BILL_AMT2: 50500,
  BILL_AMT3: 49000,
  BILL_AMT4: 47800,
  BILL_AMT5: 46100,
  BILL_AMT6: 45000,
  PAY_AMT1: 2500,
  PAY_AMT2: 2400,
  PAY_AMT3: 2300,
  PAY_AMT4: 2200,
  PAY_AMT5: 2100,
  PAY_AMT6: 2000,
};

export const FeatureWrite = Type.Object(
  { event_time: Type.Optional(EventTime), values: FeatureValues },
  { additionalProperties: false, examples: [{ values: EXAMPLE_VALUES }] },
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
  {
    additionalProperties: false,
    examples: [
      {
        rows: [
          { id: 502, values: EXAMPLE_VALUES },
          { id: 503, values: { ...EXAMPLE_VALUES, PAY_0: 2, PAY_AMT1: 0 } },
        ],
      },
    ],
  },
);
export type FeatureBatchWrite = Static<typeof FeatureBatchWrite>;

export const FeatureBatchWriteAnswer = Type.Object({ rows: Type.Array(FeatureWriteAnswer) });
