import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { TristoreError } from '../errors.ts';
import '../route-config.ts';
import './auth-plugin.ts';
import { TokenBucket } from './token-bucket.ts';

/** Callers that are counted; the one that came first makes room. */
const MAX_BUCKETS = 10_000;

export interface RateLimitOptions {
  /** Requests a minute of a caller whose key does not say; 0: any number. */
  requestsPerMinute?: number | undefined;
}

/** Says what is left; `Retry-After` is the error handler's. */
function tell(reply: FastifyReply, bucket: TokenBucket): void {
  reply.header('ratelimit-limit', bucket.limit);
  reply.header('ratelimit-remaining', bucket.remaining);
  reply.header('ratelimit-reset', bucket.secondsUntil(bucket.limit));
}

/**
 * Limits what one caller may ask of this replica: by the id of its key or token, each by itself. The header fields are
 * those of draft-ietf-httpapi-ratelimit-headers-06, which clients and gateways read. Keys without an id (the service
 * key) are not limited. A route whose config has `items` is charged for each of them.
 */
export const rateLimitPlugin = fp<RateLimitOptions>(
  async (app, { requestsPerMinute: standard = 0 }) => {
    const buckets = new Map<string, TokenBucket>();

    function bucketOf({ principal }: FastifyRequest): TokenBucket | undefined {
      const { id, requestsPerMinute: limit = standard } = principal ?? {};
      if (id === undefined || limit === 0) return undefined;
      const known = buckets.get(id);
      if (known?.limit === limit) return known;
      const oldest = buckets.keys().next();
      if (!known && buckets.size >= MAX_BUCKETS && !oldest.done) buckets.delete(oldest.value);
      const made = new TokenBucket(limit, performance.now());
      buckets.set(id, made);
      return made;
    }

    app.addHook('onRequest', (request, reply, done) => {
      const bucket = bucketOf(request);
      if (!bucket) return done();
      const taken = bucket.take(performance.now());
      tell(reply, bucket);
      if (taken) return done();
      const { limit } = bucket;
      done(
        new TristoreError('rate_limited', `the key may make ${limit} requests a minute`, {
          retryAfter: Math.max(1, bucket.secondsUntil(1)),
        }),
      );
    });
    app.addHook('onRoute', (route) => {
      const { items } = route.config ?? {};
      if (!items) return;
      const charge = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
        const bucket = bucketOf(request);
        const list = (request.body as Record<string, unknown> | null)?.[items];
        if (bucket && Array.isArray(list)) {
          bucket.charge(list.length - 1);
          tell(reply, bucket);
        }
        done();
      };
      route.preHandler = [charge, ...[route.preHandler ?? []].flat()];
    });
  },
  { name: 'rate-limit', dependencies: ['auth'] },
);
