import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';

/** One line for each answer, with the request's id, which goes back to the caller as well. */
export const requestLog = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
    });
    app.addHook('onResponse', async (request, reply) => {
      const { method, routeOptions, principal } = request;
      const level = routeOptions.config.open ? 'debug' : 'info';
      request.log[level](
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
    });
  },
  { name: 'request-log' },
);
