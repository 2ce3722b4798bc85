import type { PredictionAnswer, PredictionRequest } from '@tristore/common/contracts/prediction.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';
import type { FeatureStore } from '../feature-store/feature-store.ts';
import type { ModelClient } from '../model-client/model-client.ts';
import { newEvent, type PredictionEvent } from './event-id.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { type CallFacts, caseOf, type PredictionCase } from './prediction-case.ts';
import { recordOf } from './record.ts';
import type { Routing } from './routing-plan.ts';
import { scoreWithFallback } from './score.ts';
import type { Shadows } from './shadows.ts';
import { StoredRows } from './stored-rows.ts';

export interface PredictionPorts {
  catalog: ModelCatalog;
  features: FeatureStore;
  models: ModelClient;
  log: EvaluationLog;
  shadows: Shadows;
}

export const routingOf = (
  { catalog }: Pick<PredictionPorts, 'catalog'>,
  { model, client }: Pick<PredictionRequest, 'model' | 'client'>,
): Promise<Routing> => {
  const { model_name: name, model_version: version } = model;
  return catalog.resolve(name, version === undefined ? undefined : String(version), String(client.id));
};

/** From a client id to an answer that is already kept. @throws TristoreError */
export async function predict(
  ports: PredictionPorts,
  request: PredictionRequest,
  call: CallFacts,
  event: PredictionEvent = newEvent(),
): Promise<PredictionAnswer> {
  const { choices, shadows } = await routingOf(ports, request);
  const asked = caseOf(request, call, event);
  const rows = new StoredRows(ports.features, asked);

  const { model, ...scored } = await scoreWithFallback(ports.models, rows, asked, choices);
  const record = recordOf(asked, model, model.route, scored);
  await ports.log.appendPrediction(record, { deadline: asked.deadline });
  if (shadows.length) ports.shadows.follow(rows, asked, shadows);

  return answerOf(asked, record);
}

function answerOf(asked: PredictionCase, kept: PredictionRecord): PredictionAnswer {
  return {
    event_id: kept.event_id,
    model_name: kept.model_name,
    model_version: kept.model_version,
    prediction: kept.prediction,
    probability: kept.probability,
    threshold: kept.threshold,
    missing_features: kept.missing,
    out_of_range: kept.out_of_range,
    ...(kept.degraded !== undefined && { degraded: kept.degraded }),
    ...(asked.explain && { reasons: kept.reasons }),
    created_at: asked.createdAt.toISOString(),
  };
}
