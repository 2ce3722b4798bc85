import type { Outcome, OutcomeRecord, OutcomesRequest } from '@tristore/common/contracts/outcome.ts';
import { recordTimestamp } from '@tristore/common/contracts/record-timestamp.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { EvaluationLog } from './evaluation-log.ts';

const recordOf = (outcome: Outcome, receivedAt: Date): OutcomeRecord => ({
  ...(outcome.event_id !== undefined && { event_id: outcome.event_id.toLowerCase() }),
  ...(outcome.reference !== undefined && { reference: outcome.reference }),
  outcome: outcome.outcome,
  observed_at: recordTimestamp(new Date(outcome.observed_at)),
  received_at: recordTimestamp(receivedAt),
  source: outcome.source ?? 'api',
});

/** Keeps one outcome or many, all or none. @throws TristoreError invalid_request, evaluation_log_full */
export async function keepOutcomes(
  log: EvaluationLog,
  request: OutcomesRequest,
): Promise<{ accepted: number; received_at: string }> {
  const many = 'outcomes' in request;
  const outcomes = many ? request.outcomes : [request];
  const details = outcomes.flatMap(({ event_id, reference }, i) => {
    const field = many ? `outcomes.${i}` : 'body';
    if (event_id === undefined && reference === undefined)
      return [{ field, problem: 'needs an event_id or a reference' }];
    if (event_id !== undefined && reference !== undefined)
      return [{ field, problem: 'takes an event_id or a reference, not both' }];
    return [];
  });
  if (details.length)
    throw new TristoreError('invalid_request', details.map((d) => `${d.field} ${d.problem}`).join('; '), {
      details,
    });
  const receivedAt = new Date();
  await log.appendOutcomes(outcomes.map((outcome) => recordOf(outcome, receivedAt)));
  return { accepted: outcomes.length, received_at: receivedAt.toISOString() };
}
