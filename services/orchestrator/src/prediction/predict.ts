import type { PredictionAnswer, PredictionRequest } from '@tristore/common/contracts/prediction.ts';
import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';
import type { FeatureStore } from '../feature-store/feature-store.ts';
import type { ModelClient } from '../model-client/model-client.ts';
import { gatherFeatures } from './gather-features.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { type CallFacts, caseOf } from './prediction-case.ts';
import { record } from './record.ts';
import { score } from './score.ts';

export interface PredictionPorts {
  catalog: ModelCatalog;
  features: FeatureStore;
  models: ModelClient;
  log: EvaluationLog;
}

/** From a client id to an answer that is already kept. @throws TristoreError */
export async function predict(
  { catalog, features, models, log }: PredictionPorts,
  request: PredictionRequest,
  call: CallFacts,
): Promise<PredictionAnswer> {
  const { model_name: name, model_version: version } = request.model;
  const model = await catalog.resolve(name, version === undefined ? undefined : String(version));
  const asked = caseOf(request, model, call);

  const gathered = await gatherFeatures(features, asked);
  const scored = await score(models, asked, gathered.vector);
  const kept = await record(log, asked, gathered, scored);

  return {
    event_id: kept.event_id,
    model_name: kept.model_name,
    model_version: kept.model_version,
    ...scored,
    missing_features: kept.missing,
    out_of_range: kept.out_of_range,
    created_at: asked.createdAt.toISOString(),
  };
}
