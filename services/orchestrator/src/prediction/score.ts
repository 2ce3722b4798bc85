import { TristoreError } from '@tristore/common/errors.ts';
import type { ModelClient } from '../model-client/model-client.ts';
import { type GatheredFeatures, gatherFeatures } from './gather-features.ts';
import type { PredictionCase } from './prediction-case.ts';
import type { KnownVersion, ResolvedModel } from './routing-plan.ts';
import type { StoredRows } from './stored-rows.ts';

export interface Score {
  probability: number;
  threshold: number;
  /** 1 where probability >= threshold, else 0. */
  prediction: 0 | 1;
  /** Strongest first; empty where none were asked for. */
  reasons: string[];
}

/** What one version saw and said. */
export interface ScoredCase {
  features: GatheredFeatures;
  score: Score;
}

/** Gathers what one version takes, and asks it. @throws TristoreError */
export async function scoreWith(
  models: ModelClient,
  rows: StoredRows,
  asked: PredictionCase,
  known: KnownVersion,
): Promise<ScoredCase> {
  const features = await gatherFeatures(rows, asked, known);
  const { model_name: model, model_version: version, threshold } = known.manifest;
  const { explain, requestId, traceparent, deadline } = asked;
  const { probability, reasons } = await models.score({
    model,
    version,
    vector: features.vector,
    explain,
    requestId,
    traceparent,
    deadline,
  });
  return {
    features,
    score: { probability, threshold, prediction: probability >= threshold ? 1 : 0, reasons },
  };
}

/** The version is at fault, and another may answer. */
const anotherMayAnswer = (error: unknown) =>
  error instanceof TristoreError &&
  (error.code === 'version_not_found' || error.code === 'version_unavailable');

/**
 * The first of the choices that can answer.
 * @throws TristoreError: where none can, that of the first, as 503 where its version should be there
 */
export async function scoreWithFallback(
  models: ModelClient,
  rows: StoredRows,
  asked: PredictionCase,
  choices: readonly ResolvedModel[],
): Promise<ScoredCase & { model: ResolvedModel }> {
  let failure: unknown;
  for (const model of choices) {
    try {
      return { ...(await scoreWith(models, rows, asked, model)), model };
    } catch (error) {
      if (!anotherMayAnswer(error)) throw failure ?? error;
      failure ??= unavailable(error as TristoreError, model);
    }
  }
  throw failure;
}

/** The registry has the version; that the model server does not hold it is no fault of the caller. */
const unavailable = (error: TristoreError, { manifest }: ResolvedModel) =>
  error.code === 'version_unavailable'
    ? error
    : new TristoreError(
        'version_unavailable',
        `the model server does not hold ${manifest.model_name} version ${manifest.model_version}`,
        { retryAfter: 1, cause: error },
      );
