import { TristoreError } from '@tristore/common/errors.ts';
import fp from 'fastify-plugin';
import { Gauge } from 'prom-client';

/**
 * In turn, so that those who are refused together do not come back together, and late enough that to refuse them again
 * costs little of what answers need. Made once: an error with its stack costs more than refusing.
 */
const REFUSALS = [2, 3, 4, 5, 6].map(
  (retryAfter) => new TristoreError('overloaded', 'too many predictions are under way', { retryAfter }),
);

/**
 * Refuses predictions beyond `most` under way, before their bodies are read: 503 with Retry-After. What is refused late
 * has cost nearly as much as an answer, and takes it from those that could have one.
 */
export const inFlightPlugin = fp<{ most: number }>(
  async (app, { most }) => {
    let underWay = 0;
    let refused = 0;
    app.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.scope !== 'predict') return done();
      if (underWay >= most) return done(REFUSALS[refused++ % REFUSALS.length]);
      underWay++;
      // not onResponse, which does not come where the caller goes away before its body is whole
      reply.raw.once('close', () => underWay--);
      done();
    });
    // the registry of metrics comes later in the order of plugins
    app.addHook('onReady', async () => {
      new Gauge({
        name: 'predictions_under_way',
        help: 'Requests for predictions that have no answer yet',
        registers: [app.metrics],
        collect() {
          this.set(underWay);
        },
      });
    });
  },
  { name: 'in-flight', dependencies: ['auth'] },
);
