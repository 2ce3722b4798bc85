import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import type { PredictionRequest } from '@tristore/common/contracts/prediction.ts';
import type { ResolvedModel } from './model-catalog.ts';

/** One case to predict, with all that its steps need. */
export interface PredictionCase {
  model: ResolvedModel;
  clientId: string;
  entities: Record<string, string>;
  features: FeatureValues;
  reference: string | undefined;
  createdAt: Date;
  requestId: string;
  /** Milliseconds of a monotonic clock at the request's arrival. */
  startedAt: number;
  /** On the same clock: the caller has its answer by then, or none. */
  deadline: number;
  /** Fires at the deadline. */
  signal: AbortSignal;
}

/** What a request's way through the services says of it. */
export type CallFacts = Pick<PredictionCase, 'requestId' | 'startedAt' | 'deadline' | 'signal'>;

const asText = (ids: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(ids).map(([entity, id]) => [entity, String(id)]));

/** The case that a request describes; ids that came as integers become text. */
export function caseOf(request: PredictionRequest, model: ResolvedModel, call: CallFacts): PredictionCase {
  return {
    ...call,
    model,
    clientId: String(request.client.id),
    entities: asText(request.entities ?? {}),
    features: request.features ?? {},
    reference: request.reference,
    createdAt: new Date(),
  };
}
