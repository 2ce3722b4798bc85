import { setTimeout as wait } from 'node:timers/promises';
import { authPlugin } from '@tristore/common/auth/auth-plugin.ts';
import type { Authenticator } from '@tristore/common/auth/principal.ts';
import { rateLimitPlugin } from '@tristore/common/auth/rate-limit-plugin.ts';
import { corsPlugin } from '@tristore/common/cors-plugin.ts';
import { docsPlugin } from '@tristore/common/docs-plugin.ts';
import type { HttpRules } from '@tristore/common/http-settings.ts';
import { metricsPlugin } from '@tristore/common/metrics-plugin.ts';
import { overloadPlugin } from '@tristore/common/overload-plugin.ts';
import { requestLogPlugin } from '@tristore/common/request-log-plugin.ts';
import { securityHeadersPlugin } from '@tristore/common/security-headers-plugin.ts';
import { serverOptions } from '@tristore/common/serve.ts';
import { OWN_SCHEMAS } from '@tristore/common/validate.ts';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import packageJson from '../package.json' with { type: 'json' };
import type { Backend } from './inference/backend.ts';
import type { BatchLimits } from './inference/batch-queue.ts';
import { Batching } from './inference/batching.ts';
import type { Catalogue } from './inference/catalogue.ts';
import { explaining } from './inference/explain/explained-call.ts';
import { followRegistry } from './inference/follow-registry.ts';
import { untilAnswered } from './inference/uses.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { anyBody } from './plugins/any-body.ts';
import { catalogueLog } from './plugins/catalogue-log.ts';
import { catalogueMetrics } from './plugins/catalogue-metrics.ts';
import { ModelMetrics } from './plugins/model-metrics.ts';
import { protocolErrors, refuseUrl } from './plugins/protocol-errors.ts';
import { healthRoutes } from './routes/oip/health-routes.ts';
import { inferRoute } from './routes/oip/infer-route.ts';
import { metadataRoutes } from './routes/oip/metadata-routes.ts';
import type { Serving } from './routes/serving.ts';
import { canonicalUrl } from './routes/tfs/paths.ts';
import { tfsRoutes } from './routes/tfs/routes.ts';

const BATCH_LIMITS: BatchLimits = { maxRows: 1024, maxQueuedRows: 65_536 };

const TAGS = [
  { name: 'Open Inference Protocol', description: 'Version 2, as KServe, Triton and MLServer speak it.' },
  { name: 'TensorFlow Serving', description: 'Its REST API, so that its clients work unchanged.' },
  { name: 'operations', description: 'For whoever runs the service.' },
];

export interface AppOptions {
  catalogue: Catalogue;
  backend: Backend;
  authenticators: readonly Authenticator[];
  http?: Partial<HttpRules>;
  logLevel: string;
  batchLimits?: BatchLimits;
  /** Milliseconds by which the event loop may lag before requests are refused; 0: whatever it does. */
  maxEventLoopDelayMs?: number;
  /** Milliseconds between two looks at the registry; without it what is loaded stays. */
  pollMs?: number;
  /** Milliseconds between "not ready" and closing, in which a balancer turns away. */
  drainMs?: number;
}

/** The model server, not yet listening. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const {
    catalogue,
    backend,
    authenticators,
    http = {},
    logLevel,
    batchLimits = BATCH_LIMITS,
    maxEventLoopDelayMs = 0,
    pollMs,
    drainMs = 0,
  } = options;
  const { maxBodyBytes = MAX_BODY_BYTES } = http;
  const app = Fastify({
    ...serverOptions({ name: 'model', logLevel, http: { ...http, maxBodyBytes } }),
    frameworkErrors: refuseUrl,
    rewriteUrl: ({ url }) => canonicalUrl(url ?? '/'),
    // the plugin request-log writes one line for each answer
    logController: new LogController({ requestIdLogLabel: 'request_id', disableRequestLogging: true }),
    // the first fault only: a large body could have very many
    ajv: { customOptions: { ...OWN_SCHEMAS, coerceTypes: false, removeAdditional: false } },
  });
  let draining = false;
  app.addHook('preClose', async () => {
    draining = true;
    await wait(drainMs);
  });
  catalogue.listen(catalogueLog(app.log));
  const stopFollowing = pollMs === undefined ? undefined : followRegistry(catalogue, pollMs);
  app.addHook('onClose', async () => {
    stopFollowing?.();
    catalogue.dispose();
  });

  await app.register(protocolErrors);
  await app.register(requestLogPlugin);
  await app.register(securityHeadersPlugin);
  await app.register(corsPlugin, { origins: http.corsOrigins ?? [] });
  await app.register(overloadPlugin, { maxDelayMs: maxEventLoopDelayMs });
  await app.register(authPlugin, { authenticators });
  await app.register(rateLimitPlugin, { requestsPerMinute: http.requestsPerMinute });
  await app.register(anyBody, { limit: maxBodyBytes });
  await app.register(docsPlugin, {
    title: 'Tristore model server',
    description:
      'Open Inference Protocol v2 and the REST API of TensorFlow Serving, on the same models. Press **Authorize** and give an API key; then the examples, which fit a model of this server, can be tried as they stand.',
    version: packageJson.version,
    tags: TAGS,
    routePrefix: '/v2/docs',
  });
  await app.register(metricsPlugin, {});
  catalogueMetrics(catalogue, app.metrics);

  const metrics: ModelMetrics = new ModelMetrics(app.metrics, {
    versions: () => catalogue.entries.flatMap(({ versions }) => [...versions.values()]),
    queuedRows: (version) => batching.queuedRows(version),
  });
  const batching = new Batching(batchLimits, (version) => metrics.executions(version));
  const predict = explaining((version, call) => batching.predict(version, call));
  const infer = untilAnswered(metrics.requests(predict));
  const serving: Serving = {
    catalogue,
    backend,
    infer,
    isReady: () => !draining,
    version: packageJson.version,
  };
  app.get('/docs', { config: { open: true }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect('/v2/docs'),
  );
  await app.register(healthRoutes, serving);
  await app.register(metadataRoutes, serving);
  await app.register(inferRoute, serving);
  await app.register(tfsRoutes, { ...serving, prefix: '/v1' });
  return app;
}
