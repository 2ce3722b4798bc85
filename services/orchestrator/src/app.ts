import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { auditPlugin } from '@tristore/common/auth/audit-plugin.ts';
import { authPlugin } from '@tristore/common/auth/auth-plugin.ts';
import type { Authenticator } from '@tristore/common/auth/principal.ts';
import { rateLimitPlugin } from '@tristore/common/auth/rate-limit-plugin.ts';
import { corsPlugin } from '@tristore/common/cors-plugin.ts';
import { docsPlugin } from '@tristore/common/docs-plugin.ts';
import type { EvaluationQuery } from '@tristore/common/evaluation-store/evaluation-query.ts';
import type { HttpRules } from '@tristore/common/http-settings.ts';
import { metricsPlugin } from '@tristore/common/metrics-plugin.ts';
import { overloadPlugin } from '@tristore/common/overload-plugin.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { requestLogPlugin } from '@tristore/common/request-log-plugin.ts';
import { securityHeadersPlugin } from '@tristore/common/security-headers-plugin.ts';
import { serverOptions } from '@tristore/common/serve.ts';
import { OWN_SCHEMAS } from '@tristore/common/validate.ts';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import packageJson from '../package.json' with { type: 'json' };
import type { EvaluationLog } from './evaluation-log/evaluation-log.ts';
import { CachedFeatureStore } from './feature-store/cached-feature-store.ts';
import type { FeatureStore } from './feature-store/feature-store.ts';
import type { ViewStore } from './feature-store/view-store.ts';
import type { IdempotencyStore } from './idempotency/idempotency-store.ts';
import type { ModelClient } from './model-client/model-client.ts';
import { callMetricsPlugin, type Dependency } from './plugins/call-metrics.ts';
import { errorsPlugin, refuseUrl } from './plugins/errors.ts';
import { featureCacheMetricsPlugin } from './plugins/feature-cache-metrics.ts';
import { inFlightPlugin } from './plugins/in-flight.ts';
import { logMetricsPlugin } from './plugins/log-metrics.ts';
import type { ModelCatalog } from './prediction/model-catalog.ts';
import { RecentAnswers } from './prediction/recent-answers.ts';
import { Shadows } from './prediction/shadows.ts';
import { aliasRoutes } from './routes/aliases.ts';
import { featureViewRoutes } from './routes/feature-views.ts';
import { featureRoutes } from './routes/features.ts';
import { healthRoutes } from './routes/health.ts';
import { keptPredictionRoutes } from './routes/kept-predictions.ts';
import { outcomeRoutes } from './routes/outcomes.ts';
import { predictionRoutes } from './routes/predictions.ts';
import { registryRoutes } from './routes/registry.ts';

export interface AppOptions {
  authenticators: readonly Authenticator[];
  registry: Registry;
  http?: Partial<HttpRules>;
  catalog: ModelCatalog;
  features: FeatureStore;
  views: ViewStore;
  /** Rows that the cache of views with `cache_ttl_seconds` may hold. */
  featureCacheRows?: number;
  models: ModelClient;
  idempotency: IdempotencyStore;
  /** Absent where records cannot be asked for. */
  evaluationStore?: EvaluationQuery | undefined;
  log: EvaluationLog;
  deadlineMs: number;
  /** What is called, for metrics. */
  dependencies?: readonly Dependency[];
  /** Predictions under way beyond which others are refused. */
  maxInFlight?: number;
  /** Milliseconds between "not ready" and closing, in which a balancer turns away. */
  drainMs?: number;
  /** Milliseconds by which the event loop may lag before predictions are refused; 0: whatever it does. */
  maxEventLoopDelayMs?: number;
  logLevel: string;
}

const TAGS = [
  { name: 'predictions', description: 'Ask for a prediction by client id.' },
  { name: 'outcomes', description: 'What really happened, to measure the model by.' },
  { name: 'features', description: 'What is known of each entity: the rows of the feature views.' },
  { name: 'feature views', description: 'Which columns there are, with type, range and default.' },
  { name: 'registry', description: 'Which versions there are, and which of them answer.' },
  { name: 'health', description: 'Open: no key needed.' },
  { name: 'operations', description: 'For whoever runs the service.' },
];

/** Milliseconds that closing spends on delivering what is left in the spool. */
const FLUSH_MS = 10_000;

/** The orchestrator, ready to listen or to be injected into. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { authenticators, http = {}, registry, views, models, log, deadlineMs } = options;
  const { featureCacheRows = 10_000 } = options;
  const features = new CachedFeatureStore({ store: options.features, views, maxRows: featureCacheRows });
  const app = Fastify({
    ...serverOptions({ name: 'orchestrator', logLevel: options.logLevel, http }),
    frameworkErrors: refuseUrl,
    // the plugin request-log writes one line for each answer
    logController: new LogController({ requestIdLogLabel: 'request_id', disableRequestLogging: true }),
    // nothing is coerced or dropped in silence: what breaks the schema is refused
    ajv: { customOptions: { ...OWN_SCHEMAS, coerceTypes: false, removeAdditional: false, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();

  await app.register(requestLogPlugin);
  await app.register(errorsPlugin);
  await app.register(securityHeadersPlugin);
  await app.register(corsPlugin, { origins: http.corsOrigins ?? [] });
  await app.register(overloadPlugin, { maxDelayMs: options.maxEventLoopDelayMs ?? 0 });
  await app.register(authPlugin, { authenticators });
  await app.register(inFlightPlugin, { most: options.maxInFlight ?? Number.POSITIVE_INFINITY });
  await app.register(rateLimitPlugin, { requestsPerMinute: http.requestsPerMinute });
  await app.register(auditPlugin);
  await app.register(docsPlugin, {
    title: 'Tristore orchestrator',
    description:
      'Predictions by client id, the feature store and what really happened. Press **Authorize** and give an API key; then the examples, which fit the model `credit-default`, can be tried as they stand.',
    version: packageJson.version,
    tags: TAGS,
    routePrefix: '/docs',
  });
  await app.register(metricsPlugin, {});
  await app.register(logMetricsPlugin, { log });
  const shadows = new Shadows({ models, log });
  await app.register(callMetricsPlugin, { dependencies: options.dependencies ?? [], shadows });
  await app.register(featureCacheMetricsPlugin, { cache: features });

  await app.register(healthRoutes, { views, models, log, drainMs: options.drainMs ?? 0 });
  await app.register(predictionRoutes, {
    ports: { ...options, features, shadows, recent: new RecentAnswers() },
    idempotency: options.idempotency,
    deadlineMs,
  });
  await app.register(keptPredictionRoutes, { store: options.evaluationStore });
  await app.register(featureRoutes, { store: features, views });
  await app.register(featureViewRoutes, { views });
  await app.register(outcomeRoutes, { log });
  await app.register(registryRoutes, { registry });
  await app.register(aliasRoutes, { registry });

  app.addHook('onClose', async () => {
    await shadows.settled();
    await log.close(FLUSH_MS);
    await models.close();
    await options.evaluationStore?.close();
  });
  return app;
}
