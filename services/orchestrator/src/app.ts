import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { authPlugin } from '@tristore/common/auth/auth-plugin.ts';
import type { Authenticator } from '@tristore/common/auth/principal.ts';
import { docsPlugin } from '@tristore/common/docs-plugin.ts';
import { metricsPlugin } from '@tristore/common/metrics-plugin.ts';
import { serverOptions } from '@tristore/common/serve.ts';
import Fastify, { type FastifyInstance } from 'fastify';
import type { EvaluationLog } from './evaluation-log/evaluation-log.ts';
import type { FeatureStore } from './feature-store/feature-store.ts';
import type { ViewStore } from './feature-store/view-store.ts';
import type { ModelClient } from './model-client/model-client.ts';
import { errorsPlugin } from './plugins/errors.ts';
import { logMetricsPlugin } from './plugins/log-metrics.ts';
import type { ModelCatalog } from './prediction/model-catalog.ts';
import { featureViewRoutes } from './routes/feature-views.ts';
import { featureRoutes } from './routes/features.ts';
import { healthRoutes } from './routes/health.ts';
import { outcomeRoutes } from './routes/outcomes.ts';
import { predictionRoutes } from './routes/predictions.ts';

export interface AppOptions {
  authenticators: readonly Authenticator[];
  catalog: ModelCatalog;
  features: FeatureStore;
  views: ViewStore;
  models: ModelClient;
  log: EvaluationLog;
  deadlineMs: number;
  logLevel: string;
}

/** Milliseconds that closing spends on delivering what is left in the spool. */
const FLUSH_MS = 10_000;

/** The orchestrator, ready to listen or to be injected into. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { authenticators, views, features, models, log, deadlineMs } = options;
  const app = Fastify({
    ...serverOptions({ name: 'orchestrator', logLevel: options.logLevel }),
    // nothing is coerced or dropped in silence: what breaks the schema is refused
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  await app.register(errorsPlugin);
  await app.register(authPlugin, { authenticators });
  await app.register(docsPlugin, {
    title: 'Tristore orchestrator',
    description: 'Predictions by client id, the feature store and what really happened.',
    version: '1',
    routePrefix: '/docs',
  });
  await app.register(metricsPlugin, {});
  await app.register(logMetricsPlugin, { log });

  await app.register(healthRoutes, { views, models, log });
  await app.register(predictionRoutes, { ports: options, deadlineMs });
  await app.register(featureRoutes, { store: features, views });
  await app.register(featureViewRoutes, { views });
  await app.register(outcomeRoutes, { log });

  app.addHook('onClose', async () => {
    await log.close(FLUSH_MS);
    await models.close();
  });
  return app;
}
