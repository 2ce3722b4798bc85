import type {
  PredictionAnswer,
  PredictionBatchRequest,
  PredictionRequest,
} from '@tristore/common/contracts/prediction.ts';
import { ERRORS, TristoreError } from '@tristore/common/errors.ts';
import type { CallFacts } from './prediction-case.ts';

/** An answer, or why there is none: one case that fails does not fail the others. */
export type AnswerOrError = PredictionAnswer | { error: TristoreError };

/** Predicts for many clients of one model, in their order. */
export function predictMany(
  predictOne: (request: PredictionRequest, call: CallFacts, place: number) => Promise<PredictionAnswer>,
  { model, predictions, options }: PredictionBatchRequest,
  call: CallFacts,
): Promise<AnswerOrError[]> {
  return Promise.all(
    predictions.map((one, place) =>
      predictOne({ model, ...one, ...(options && { options }) }, call, place).catch((error: unknown) => {
        if (error instanceof TristoreError) return { error };
        return {
          error: new TristoreError('internal_error', ERRORS.internal_error.meaning, { cause: error }),
        };
      }),
    ),
  );
}
