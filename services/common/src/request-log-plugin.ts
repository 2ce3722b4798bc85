import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type {} from './auth/auth-plugin.ts';
import type { ErrorCode } from './errors.ts';
import type {} from './route-config.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** It was refused because there is too much, and for no fault of anybody's. */
    tooMuch: boolean;
  }
}

/** By code and not by status: a 503 with a Retry-After may tell of a fault. */
const TOO_MUCH: ReadonlySet<string> = new Set<ErrorCode>(['overloaded', 'rate_limited']);

/**
 * One line for each answer, with the request's id, which goes back to the caller as well. A line costs a good part of
 * a prediction, so those that went well are at `debug`, for `LOG_LEVEL` to show, and so are those that were refused
 * because there is too much: `/metrics` counts them. Other refusals, and faults, are always told.
 */
export const requestLogPlugin = fp(
  async (app: FastifyInstance) => {
    const verbose = ['debug', 'trace'].includes(app.log.level ?? '');
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id);
      done();
    });
    app.decorateRequest('tooMuch', false);
    app.addHook('onError', (request, _reply, error, done) => {
      if (TOO_MUCH.has(error.code)) request.tooMuch = true;
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const quiet = reply.statusCode < 400 || request.tooMuch;
      if (quiet && !verbose) return done();
      const { method, principal, routeOptions } = request;
      request.log[quiet || routeOptions.config.open ? 'debug' : 'info'](
        {
          method,
          route: routeOptions.url,
          params: request.params,
          status: reply.statusCode,
          caller: principal?.name,
          milliseconds: Number(reply.elapsedTime.toFixed(2)),
        },
        'answered',
      );
      done();
    });
  },
  { name: 'request-log' },
);
