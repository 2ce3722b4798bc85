import type { PredictionRecord, Route } from '@tristore/common/contracts/prediction-record.ts';
import { recordTimestamp } from '@tristore/common/contracts/record-timestamp.ts';
import type { PredictionCase } from './prediction-case.ts';
import type { KnownVersion } from './routing-plan.ts';
import type { ScoredCase } from './score.ts';

/** Exactly what the model saw and said. */
export function recordOf(
  asked: PredictionCase,
  { manifest }: KnownVersion,
  route: Route,
  { features, score }: ScoredCase,
): PredictionRecord {
  const degraded = degradedBy(route, features.withoutStore);
  const saw: Record<string, number> = {};
  manifest.signature.features.forEach(({ name }, i) => {
    saw[name] = features.vector[i] ?? 0;
  });
  return {
    event_id: asked.eventId,
    request_id: asked.requestId,
    ...(asked.reference !== undefined && { reference: asked.reference }),
    created_at: recordTimestamp(asked.createdAt),
    model_name: manifest.model_name,
    model_version: manifest.model_version,
    route,
    entity_id: asked.clientId,
    ...(Object.keys(asked.entities).length > 0 && { entities: asked.entities }),
    features: saw,
    protected: features.protected,
    missing: features.missing,
    out_of_range: features.outOfRange,
    overridden: features.overridden,
    ...score,
    latency_ms: Math.round((performance.now() - asked.startedAt) * 1000) / 1000,
    ...(degraded && { degraded }),
  };
}

/** What was missing, in words that stay the same. */
function degradedBy(route: Route, withoutStore: boolean): string | undefined {
  const parts = [...(route === 'fallback' ? ['champion'] : []), ...(withoutStore ? ['feature_store'] : [])];
  return parts.length ? parts.join(',') : undefined;
}
