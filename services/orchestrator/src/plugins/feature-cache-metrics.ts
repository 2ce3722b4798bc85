import fp from 'fastify-plugin';
import { Counter } from 'prom-client';
import type { CachedFeatureStore } from '../feature-store/cached-feature-store.ts';

/** What the feature cache answered, as counters; both stay 0 while no view has `cache_ttl_seconds`. */
export const featureCacheMetricsPlugin = fp<{ cache: CachedFeatureStore }>(
  async (app, { cache }) => {
    new Counter({
      name: 'feature_cache_reads_total',
      help: 'Reads of rows of cached views, by whether the cache had them',
      labelNames: ['result'],
      registers: [app.metrics],
      collect() {
        this.reset();
        this.inc({ result: 'hit' }, cache.hits);
        this.inc({ result: 'miss' }, cache.misses);
      },
    });
  },
  { name: 'feature-cache-metrics', dependencies: ['metrics'] },
);
