import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { KeptPrediction } from '@tristore/common/contracts/kept-prediction.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { EvaluationQuery } from '@tristore/common/evaluation-store/evaluation-query.ts';
import { Type } from 'typebox';
import { keptPrediction } from '../audit/kept-prediction.ts';
import { UUIDV7 } from '../audit/kept-prediction-sql.ts';
import { errorAnswers } from './answers.ts';

/** Milliseconds that one question may take: Athena needs seconds, a caller waits no half a minute. */
const PATIENCE_MS = 20_000;

export interface KeptPredictionRoutesOptions {
  /** Absent where the service was not told of one. */
  store: EvaluationQuery | undefined;
}

export const keptPredictionRoutes: FastifyPluginAsyncTypebox<KeptPredictionRoutesOptions> = async (
  app,
  { store },
) => {
  app.get(
    '/v1/predictions/:event_id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['predictions'],
        summary: 'What was kept of an answer',
        description:
          'The record as the evaluation store holds it: exactly what the model saw and said. It arrives there a minute or so after the answer.',
        params: Type.Object({
          event_id: Type.String({
            pattern: UUIDV7.source,
            description: 'as the answer said it',
            examples: ['01a20c60-67be-71da-ac9d-ec949fd24049'],
          }),
        }),
        querystring: Type.Object({
          shadows: Type.Optional(
            Type.Enum(['true', 'false'], { description: 'with what shadow versions would have answered' }),
          ),
        }),
        response: {
          200: KeptPrediction,
          ...errorAnswers(
            'invalid_request',
            'prediction_not_yet_kept',
            'prediction_not_found',
            'evaluation_store_not_configured',
            'evaluation_store_unavailable',
          ),
        },
      },
    },
    async ({ params, query, signal }, reply) => {
      if (!store)
        throw new TristoreError(
          'evaluation_store_not_configured',
          'this service was not told where the evaluation store is',
        );
      const kept = await keptPrediction(store, params.event_id, {
        shadows: query.shadows === 'true',
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      return reply.header('cache-control', 'no-store').send(kept);
    },
  );
};
