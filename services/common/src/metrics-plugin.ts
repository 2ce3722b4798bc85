import type { FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type {} from './route-config.ts';
import { type Series, SeriesHistogram } from './series-histogram.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The app's own registry: whatever is registered there shows in `GET /metrics`. */
    metrics: Registry;
  }
}

export interface MetricsOptions {
  /** Whether `GET /metrics` needs no key; without it the scope `read` is needed. */
  open?: boolean;
}

/** Seconds: from a cached answer to the request's time limit. */
export const LATENCY_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/**
 * `app.metrics`, and `GET /metrics` in Prometheus' text form: Node's own figures and the duration of every request
 * by method, route pattern (never the path: its values are without end) and status.
 */
const metrics: FastifyPluginAsync<MetricsOptions> = async (app, { open = false }) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new SeriesHistogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests, from the headers received to the answer sent',
    buckets: LATENCY_BUCKETS,
    registry,
  });
  app.decorate('metrics', registry);

  const series = new Map<string, Series>();
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const key = `${method} ${route} ${reply.statusCode}`;
    let own = series.get(key);
    if (!own) {
      own = duration.series({ method, route, status: String(reply.statusCode) });
      series.set(key, own);
    }
    own.observe(reply.elapsedTime / 1000);
    done();
  });

  app.get(
    '/metrics',
    {
      config: open ? { open } : { scope: 'read' },
      schema: {
        tags: ['operations'],
        summary: 'Metrics in the Prometheus text form',
        response: {
          200: { description: 'metrics', content: { 'text/plain': { schema: { type: 'string' } } } },
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.addHook('onClose', async () => registry.clear());
};

export const metricsPlugin = fp(metrics, { name: 'metrics' });
