import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { authPlugin } from '../src/auth/auth-plugin.ts';
import { serviceKey } from '../src/auth/service-key.ts';
import { corsPlugin } from '../src/cors-plugin.ts';
import { ERRORS, TristoreError } from '../src/errors.ts';

const PAGE = 'https://pages.example';

async function build(t: Test, origins: string[]) {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) =>
    reply.code(error instanceof TristoreError ? ERRORS[error.code].status : 500).send(),
  );
  await app.register(corsPlugin, { origins });
  const reader = serviceKey('read-me', { name: 'reader', scopes: ['read'] });
  await app.register(authPlugin, { authenticators: [reader] });
  app.get('/things', { config: { scope: 'read' } }, async () => 'things');
  t.teardown(() => app.close());
  const ask = (origin: string) => app.inject({ url: '/things', headers: { origin, 'x-api-key': 'read-me' } });
  const preflight = (origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url: '/things',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'x-api-key',
      },
    });
  return { app, ask, preflight };
}

t.test('CORS is closed: no page of another origin may read an answer, nor ask whether it may', async (t) => {
  const { ask, preflight } = await build(t, []);
  t.notOk((await ask(PAGE)).headers['access-control-allow-origin']);
  const asked = await preflight(PAGE);
  t.equal(asked.statusCode, 404);
  t.notOk(asked.headers['access-control-allow-origin']);
});

t.test('opened for an origin, it is for that one alone, and never for cookies', async (t) => {
  const { app, ask, preflight } = await build(t, [PAGE, 'http://localhost:3000']);
  const asked = await preflight(PAGE);
  t.equal(asked.statusCode, 204, 'a browser sends no key when it asks');
  t.match(asked.headers, {
    'access-control-allow-origin': PAGE,
    'access-control-allow-headers': 'x-api-key',
    'access-control-max-age': '600',
  });
  const answer = await ask(PAGE);
  t.match(answer.headers, { 'access-control-allow-origin': PAGE, vary: 'Origin' });
  t.match(answer.headers['access-control-expose-headers'], 'retry-after');
  for (const { headers } of [asked, answer]) t.notOk(headers['access-control-allow-credentials']);
  for (const stranger of ['https://evil.example', 'https://pages.example.evil.example', 'null']) {
    t.notOk((await ask(stranger)).headers['access-control-allow-origin'], stranger);
    t.notOk((await preflight(stranger)).headers['access-control-allow-origin'], stranger);
  }
  t.equal(
    (await app.inject({ url: '/things', headers: { origin: PAGE } })).statusCode,
    401,
    'a key is needed',
  );
});
