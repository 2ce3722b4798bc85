import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { Gauge } from 'prom-client';
import { TristoreError } from './errors.ts';
import type {} from './metrics-plugin.ts';
import type {} from './route-config.ts';

const WINDOW_MS = 250;
const RESOLUTION_MS = 10;
/** One window may be a model that was loaded, or one very large request. */
const WINDOWS_IN_ROW = 2;
const RETRY_AFTER_SECONDS = 1;

/**
 * The share of requests to refuse, 0 to 1: what the event loop is behind beyond the limit. At twice the limit every
 * other request is refused, so that the load that is left settles near the limit, where refusing all would swing.
 * @param delays medians of the last windows, milliseconds, the newest last
 */
export function refusedShare(delays: readonly number[], limit: number): number {
  const last = delays.slice(-WINDOWS_IN_ROW);
  const least = Math.min(...last);
  return last.length < WINDOWS_IN_ROW || least <= limit ? 0 : 1 - limit / least;
}

/**
 * Refuses early, before keys are looked at and bodies are read, while the event loop lags: 503 with Retry-After on
 * routes that predict or describe models; never health, docs or metrics.
 */
export const overloadPlugin = fp(
  async (app: FastifyInstance, { maxDelayMs }: { maxDelayMs: number }) => {
    if (maxDelayMs === 0) return;
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    const delays: number[] = [];
    let share = 0;
    let owed = 0;
    const timer = setInterval(() => {
      // no sample: the loop did not turn once, and this window says the same as the last
      const median = delay.count > 0 ? delay.percentile(50) / 1e6 - RESOLUTION_MS : (delays.at(-1) ?? 0);
      delay.reset();
      delays.push(median);
      if (delays.length > WINDOWS_IN_ROW) delays.shift();
      share = refusedShare(delays, maxDelayMs);
    }, WINDOW_MS);
    timer.unref();
    app.addHook('onClose', async () => {
      clearInterval(timer);
      delay.disable();
    });
    // the registry of metrics comes later in the order of plugins
    app.addHook('onReady', async () => {
      new Gauge({
        name: 'overload_refused_share',
        help: 'Share of requests refused because the event loop lags, 0 to 1',
        registers: [app.metrics],
        collect() {
          this.set(share);
        },
      });
    });
    app.addHook('onRequest', (request, _reply, done) => {
      if (share === 0 || request.routeOptions.config.scope !== 'predict') return done();
      owed += share;
      if (owed < 1) return done();
      owed -= 1;
      done(new TristoreError('overloaded', 'the server is overloaded', { retryAfter: RETRY_AFTER_SECONDS }));
    });
  },
  { name: 'overload' },
);
