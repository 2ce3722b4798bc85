import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  PredictionAnswer,
  PredictionBatchAnswer,
  PredictionBatchRequest,
  PredictionRequest,
} from '@tristore/common/contracts/prediction.ts';
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts';
import { eventInBatch, eventOf } from '../prediction/event-id.ts';
import type { PredictionPorts } from '../prediction/predict.ts';
import { type AnswerOrError, predictMany } from '../prediction/predict-many.ts';
import { predictRecent } from '../prediction/predict-recent.ts';
import type { RecentAnswers } from '../prediction/recent-answers.ts';
import { errorAnswers } from './answers.ts';
import { callFactsOf, inTime } from './call-facts.ts';
import { OnceHeaders, once } from './once.ts';

export interface PredictionRoutesOptions {
  ports: PredictionPorts & { recent: RecentAnswers };
  idempotency: IdempotencyStore;
  deadlineMs: number;
}

const ONCE_CODES = ['idempotency_key_in_use', 'idempotency_key_reused', 'idempotency_unavailable'] as const;

/** A batch of 1,000 cases with features of their own. */
const BATCH_BODY_BYTES = 8 * 1_048_576;

const said = (answer: AnswerOrError) => {
  if (!('error' in answer)) return answer;
  const { code, message, details } = answer.error;
  return { error: { code, message, ...(details && { details }) } };
};

export const predictionRoutes: FastifyPluginAsyncTypebox<PredictionRoutesOptions> = async (
  app,
  { ports, idempotency: store, deadlineMs },
) => {
  const idempotency = { store, deadlineMs };
  const tags = ['predictions'];

  app.post(
    '/v1/predictions',
    {
      config: { scope: 'predict' },
      schema: {
        tags,
        summary: 'Predict for one client',
        description:
          'Reads the features of the client, asks the model, keeps a copy of what it saw and said, and answers.',
        headers: OnceHeaders,
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
            'version_unavailable',
            'registry_unavailable',
            'feature_store_unavailable',
            'evaluation_log_full',
            'evaluation_log_unavailable',
            'overloaded',
            'deadline_exceeded',
            ...ONCE_CODES,
          ),
        },
      },
    },
    async (request, reply) => {
      const call = callFactsOf(request, reply, deadlineMs);
      return once(idempotency, request, reply, (id) =>
        inTime(predictRecent(ports, request.body, call, id === undefined ? undefined : eventOf(id)), call),
      );
    },
  );

  app.post(
    '/v1/predictions/batch',
    {
      config: { scope: 'predict', items: 'predictions' },
      bodyLimit: BATCH_BODY_BYTES,
      schema: {
        tags,
        summary: 'Predict for up to 1,000 clients',
        description:
          'Each case has its own answer or error, in the order of the request; what is answered is kept, case by case.',
        headers: OnceHeaders,
        body: PredictionBatchRequest,
        response: {
          200: PredictionBatchAnswer,
          ...errorAnswers('invalid_request', 'deadline_exceeded', ...ONCE_CODES),
        },
      },
    },
    async (request, reply) => {
      const call = callFactsOf(request, reply, deadlineMs);
      return once(idempotency, request, reply, async (id) => {
        const eventAt = (place: number) => (id === undefined ? undefined : eventInBatch(id, place));
        const answers = await inTime(
          predictMany(
            (one, facts, place) => predictRecent(ports, one, facts, eventAt(place)),
            request.body,
            call,
          ),
          call,
        );
        const faults = answers.flatMap((answer) => ('error' in answer ? [answer.error] : []));
        const [first] = faults;
        if (first) request.log.warn({ err: first, refused: faults.length }, 'some cases have no answer');
        return { predictions: answers.map(said) };
      });
    },
  );
};
