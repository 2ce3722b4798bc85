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
  /** Fires at the request's deadline. */
  signal: AbortSignal;
}

const asText = (ids: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(ids).map(([entity, id]) => [entity, String(id)]));

/** The case that a request describes; ids that came as integers become text. */
export function caseOf(
  request: PredictionRequest,
  model: ResolvedModel,
  call: { requestId: string; startedAt: number; signal: AbortSignal },
): PredictionCase {
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
