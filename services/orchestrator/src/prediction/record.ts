import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import { recordTimestamp } from '@tristore/common/contracts/record-timestamp.ts';
import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';
import { eventIdAt } from './event-id.ts';
import type { GatheredFeatures } from './gather-features.ts';
import type { PredictionCase } from './prediction-case.ts';
import type { Score } from './score.ts';

/** Keeps exactly what the model saw and said. @throws TristoreError evaluation_log_full, evaluation_log_unavailable */
export async function record(
  log: EvaluationLog,
  asked: PredictionCase,
  features: GatheredFeatures,
  score: Score,
): Promise<PredictionRecord> {
  const { manifest, route } = asked.model;
  const names = manifest.signature.features;
  const kept: PredictionRecord = {
    event_id: eventIdAt(asked.createdAt),
    request_id: asked.requestId,
    ...(asked.reference !== undefined && { reference: asked.reference }),
    created_at: recordTimestamp(asked.createdAt),
    model_name: manifest.model_name,
    model_version: manifest.model_version,
    route,
    entity_id: asked.clientId,
    ...(Object.keys(asked.entities).length > 0 && { entities: asked.entities }),
    features: Object.fromEntries(names.map(({ name }, i) => [name, features.vector[i] ?? 0])),
    protected: features.protected,
    missing: features.missing,
    out_of_range: features.outOfRange,
    overridden: features.overridden,
    reasons: [],
    ...score,
    latency_ms: Math.round((performance.now() - asked.startedAt) * 1000) / 1000,
  };
  await log.appendPrediction(kept);
  return kept;
}
