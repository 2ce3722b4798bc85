import { type Static, Type } from 'typebox';
import { RecordTimestamp } from './prediction-record.ts';

const EXAMPLE = { reference: 'application-17', outcome: 1, observed_at: '2026-11-01T00:00:00Z' };

/** What really happened, named by event_id or by the caller's reference. */
export const Outcome = Type.Object(
  {
    event_id: Type.Optional(Type.String({ format: 'uuid' })),
    reference: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    outcome: Type.Number({ description: '1 where the event happened, else 0; any number for regression' }),
    observed_at: Type.String({ format: 'date-time' }),
    source: Type.Optional(Type.String({ maxLength: 128, description: 'who says so; "api" by default' })),
  },
  { additionalProperties: false },
);
export type Outcome = Static<typeof Outcome>;

export const ManyOutcomes = Type.Object(
  { outcomes: Type.Array(Outcome, { minItems: 1, maxItems: 500 }) },
  { additionalProperties: false },
);

/** One outcome, or up to 500 under `outcomes`. */
export const OutcomesRequest = Type.Union([Outcome, ManyOutcomes], { examples: [EXAMPLE] });
export type OutcomesRequest = Static<typeof OutcomesRequest>;

export const OutcomesAnswer = Type.Object({
  accepted: Type.Integer(),
  received_at: Type.String({ format: 'date-time' }),
});

/** A row of `outcome_records`. */
export const OutcomeRecord = Type.Object({
  event_id: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
  outcome: Type.Number(),
  observed_at: RecordTimestamp,
  received_at: RecordTimestamp,
  source: Type.String(),
});
export type OutcomeRecord = Static<typeof OutcomeRecord>;
