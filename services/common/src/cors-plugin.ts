import fastifyCors from '@fastify/cors';
import fp from 'fastify-plugin';
import './route-config.ts';

/** How long a browser may remember what it was told, seconds. */
const REMEMBERED_SECONDS = 600;

/**
 * Lets pages of these web origins call; without any, those of none. Before the keys are looked at: a browser sends none
 * when it asks whether it may. Cookies mean nothing here, so credentials are never allowed.
 */
export const corsPlugin = fp<{ origins: readonly string[] }>(
  async (app, { origins }) => {
    if (!origins.length) return;
    // answers only what is no question of a browser, which the hook has answered: 404
    app.addHook('onRoute', (route) => {
      if (route.url === '*' && route.method === 'OPTIONS') route.config = { ...route.config, open: true };
    });
    await app.register(fastifyCors, {
      origin: [...origins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      exposedHeaders: [
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
        'retry-after',
        'www-authenticate',
        'x-request-id',
      ],
      maxAge: REMEMBERED_SECONDS,
    });
  },
  { name: 'cors' },
);
