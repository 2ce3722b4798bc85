import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TristoreError } from '@tristore/common/errors.ts';
import { Type } from 'typebox';
import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';
import type { ViewStore } from '../feature-store/view-store.ts';
import type { ModelClient } from '../model-client/model-client.ts';
import { openErrorAnswers } from './answers.ts';

const CHECK_MS = 1_000;

const State = Type.Object({ ok: Type.Boolean() });

export interface HealthOptions {
  views: ViewStore;
  models: ModelClient;
  log: EvaluationLog;
  /** Milliseconds between "not ready" and closing, in which a balancer turns away. */
  drainMs: number;
}

/** Live and ready look at the process alone; dependencies shows the rest and stops no task. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (
  app,
  { views, models, log, drainMs },
) => {
  let draining = false;
  app.addHook('preClose', async () => {
    draining = true;
    await wait(drainMs);
  });
  const tags = ['health'];

  const look = async () => {
    const [modelServer, featureStore] = await Promise.all([
      models.ready(AbortSignal.timeout(CHECK_MS)),
      views.list().then(
        () => true,
        () => false,
      ),
    ]);
    return { feature_store: { ok: featureStore }, model_server: { ok: modelServer } };
  };
  let looking: ReturnType<typeof look> | undefined;
  /** One look serves all who ask meanwhile: the route is open, and must not be a way to load DynamoDB. */
  const shared = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  app.get(
    '/health/live',
    {
      config: { open: true },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'The process runs',
        response: { 200: Type.Object({ live: Type.Literal(true) }) },
      },
    },
    async () => ({ live: true as const }),
  );

  app.get(
    '/health/ready',
    {
      config: { open: true },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'The process takes requests',
        response: { 200: Type.Object({ ready: Type.Literal(true) }), ...openErrorAnswers('not_ready') },
      },
    },
    async () => {
      if (draining) throw new TristoreError('not_ready', 'the process is draining', { retryAfter: 1 });
      return { ready: true as const };
    },
  );

  app.get(
    '/health/dependencies',
    {
      config: { open: true },
      logLevel: 'warn',
      schema: {
        tags,
        summary: 'What the process depends on',
        response: {
          200: Type.Object({
            feature_store: State,
            model_server: State,
            evaluation_log: Type.Object({
              ok: Type.Boolean(),
              backlog_bytes: Type.Integer(),
              failing_since: Type.Union([Type.String(), Type.Null()]),
            }),
          }),
        },
      },
    },
    async () => {
      const stores = await shared();
      const { bytes, failing_since } = log.backlog();
      return {
        ...stores,
        evaluation_log: { ok: failing_since === null, backlog_bytes: bytes, failing_since },
      };
    },
  );
};
