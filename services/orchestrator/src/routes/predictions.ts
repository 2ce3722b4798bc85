import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PredictionAnswer, PredictionRequest } from '@tristore/common/contracts/prediction.ts';
import { type PredictionPorts, predict } from '../prediction/predict.ts';
import { errorAnswers } from './answers.ts';

export interface PredictionRoutesOptions {
  ports: PredictionPorts;
  deadlineMs: number;
}

export const predictionRoutes: FastifyPluginAsyncTypebox<PredictionRoutesOptions> = async (
  app,
  { ports, deadlineMs },
) => {
  app.post(
    '/v1/predictions',
    {
      config: { scope: 'predict' },
      schema: {
        tags: ['predictions'],
        summary: 'Predict for one client',
        description:
          'Reads the features of the client, asks the model, keeps a copy of what it saw and said, and answers.',
        body: PredictionRequest,
        response: {
          200: PredictionAnswer,
          ...errorAnswers(
            'invalid_request',
            'invalid_features',
            'client_not_found',
            'model_not_found',
            'version_not_found',
            'features_missing',
            'model_unavailable',
            'registry_unavailable',
            'feature_store_unavailable',
            'evaluation_log_full',
            'evaluation_log_unavailable',
          ),
        },
      },
    },
    async (request) => {
      const startedAt = performance.now();
      return predict(ports, request.body, {
        requestId: request.id,
        startedAt,
        deadline: startedAt + deadlineMs,
        signal: AbortSignal.timeout(deadlineMs),
      });
    },
  );
};
