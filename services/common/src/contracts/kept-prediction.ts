import { type Static, Type } from 'typebox';
import { PredictionRecord } from './prediction-record.ts';

/** The record of an answer as the evaluation store holds it, and those of its shadows where they were asked for. */
export const KeptPrediction = Type.Object({
  ...PredictionRecord.properties,
  shadows: Type.Optional(
    Type.Array(PredictionRecord, { description: 'what shadow versions would have answered' }),
  ),
});
export type KeptPrediction = Static<typeof KeptPrediction>;
