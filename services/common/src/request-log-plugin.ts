import type { FastifyInstance, FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import type {} from './auth/auth-plugin.ts';
import type {} from './route-config.ts';

/** 429, or 503 with the time to come again. */
const isRefusal = (reply: FastifyReply) =>
  reply.statusCode === 429 || (reply.statusCode === 503 && reply.hasHeader('retry-after'));

/**
 * One line for each answer, with the request's id, which goes back to the caller as well. A line costs a good part of
 * a prediction, so those that went well are at `debug`, for `LOG_LEVEL` to show, and so are those that are to come again
 * because there is too much: `/metrics` counts them. Other refusals, and faults, are always told.
 */
export const requestLogPlugin = fp(
  async (app: FastifyInstance) => {
    const verbose = ['debug', 'trace'].includes(app.log.level ?? '');
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('x-request-id', request.id);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const quiet = reply.statusCode < 400 || isRefusal(reply);
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
