import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import type { PredictionRequest } from '@tristore/common/contracts/prediction.ts';

/** What a request's way through the services says of it. */
export interface CallFacts {
  requestId: string;
  /** W3C trace context, as the caller gave it. */
  traceparent?: string | undefined;
  /** Milliseconds of a monotonic clock at the request's arrival. */
  startedAt: number;
  /** On the same clock: the caller has its answer by then, or none. */
  deadline: number;
}

/** One case to predict, with all that its steps need. */
export interface PredictionCase extends CallFacts {
  /** A UUIDv7 whose millisecond is `createdAt`'s. */
  eventId: string;
  createdAt: Date;
  clientId: string;
  entities: Record<string, string>;
  /** What the request brings; `null`, which means absent, is left out. */
  features: FeatureValues;
  reference: string | undefined;
  explain: boolean;
}

const NONE = {};

const asText = (ids: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(ids).map(([entity, id]) => [entity, String(id)]));

/** `null` means absent, as in the store: it overrides nothing. */
const given = (features: FeatureValues): FeatureValues =>
  Object.fromEntries(Object.entries(features).filter(([, value]) => value !== null));

/** The case that a request describes; ids that came as integers become text. */
export function caseOf(
  request: PredictionRequest,
  call: CallFacts,
  event: { id: string; createdAt: Date },
): PredictionCase {
  return {
    requestId: call.requestId,
    traceparent: call.traceparent,
    startedAt: call.startedAt,
    deadline: call.deadline,
    eventId: event.id,
    createdAt: event.createdAt,
    clientId: String(request.client.id),
    entities: request.entities ? asText(request.entities) : NONE,
    features: request.features ? given(request.features) : NONE,
    reference: request.reference,
    explain: request.options?.explain ?? false,
  };
}
