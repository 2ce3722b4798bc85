import type { ModelClient } from '../model-client/model-client.ts';
import type { PredictionCase } from './prediction-case.ts';

export interface Score {
  probability: number;
  threshold: number;
  /** 1 where probability >= threshold, else 0. */
  prediction: 0 | 1;
}

/** @throws TristoreError version_not_found, model_unavailable */
export async function score(
  models: ModelClient,
  asked: PredictionCase,
  vector: Float32Array,
): Promise<Score> {
  const { model_name: model, model_version: version, threshold } = asked.model.manifest;
  const { requestId, deadline, signal } = asked;
  const probability = await models.score({ model, version, vector, requestId, deadline, signal });
  return { probability, threshold, prediction: probability >= threshold ? 1 : 0 };
}
