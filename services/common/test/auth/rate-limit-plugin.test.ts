import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { authPlugin } from '../../src/auth/auth-plugin.ts';
import type { Authenticator, Principal } from '../../src/auth/principal.ts';
import { rateLimitPlugin } from '../../src/auth/rate-limit-plugin.ts';
import { ERRORS, TristoreError } from '../../src/errors.ts';

/** Knows callers by the key's text. */
const knowing = (callers: Record<string, Omit<Principal, 'scopes'>>): Authenticator => ({
  authenticate({ text }) {
    const caller = callers[text];
    return caller && { ...caller, scopes: ['predict'] };
  },
});

async function build(
  t: Test,
  callers: Record<string, Omit<Principal, 'scopes'>>,
  requestsPerMinute?: number,
) {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof TristoreError)) throw error;
    if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter);
    return reply.code(ERRORS[error.code].status).send({ code: error.code, message: error.message });
  });
  await app.register(authPlugin, { authenticators: [knowing(callers)] });
  await app.register(rateLimitPlugin, { requestsPerMinute });
  app.get('/open', { config: { open: true } }, async () => 'open');
  app.get('/one', { config: { scope: 'predict' } }, async () => 'one');
  app.post('/batch', { config: { scope: 'predict', items: 'rows' } }, async () => 'many');
  t.teardown(() => app.close());
  const get = (key: string) => app.inject({ url: '/one', headers: { 'x-api-key': key } });
  const post = (key: string, payload: object) =>
    app.inject({ method: 'POST', url: '/batch', headers: { 'x-api-key': key }, payload });
  return { app, get, post };
}

t.test('a key over its limit: 429 with Retry-After; others are not held up', async (t) => {
  const { app, get } = await build(t, {
    shop: { id: 'a', name: 'shop', requestsPerMinute: 3 },
    bank: { id: 'b', name: 'bank', requestsPerMinute: 3 },
  });
  for (const left of ['2', '1', '0']) {
    const { statusCode, headers } = await get('shop');
    t.equal(statusCode, 200);
    t.match(headers, { 'ratelimit-limit': '3', 'ratelimit-remaining': left });
  }
  const refused = await get('shop');
  t.equal(refused.statusCode, 429);
  t.strictSame(refused.json(), { code: 'rate_limited', message: 'the key may make 3 requests a minute' });
  t.match(refused.headers, {
    'retry-after': '20',
    'ratelimit-limit': '3',
    'ratelimit-remaining': '0',
    'ratelimit-reset': '60',
  });
  t.equal((await get('bank')).statusCode, 200, 'each key by itself');
  t.equal((await app.inject({ url: '/open', headers: { 'x-api-key': 'shop' } })).statusCode, 200);
});

t.test('a key that says nothing has the standard limit; 0 and the service key have none', async (t) => {
  const callers = {
    standard: { id: 'a', name: 'standard' },
    free: { id: 'b', name: 'free', requestsPerMinute: 0 },
    service: { name: 'service' },
  };
  const { get } = await build(t, callers, 1);
  t.strictSame([(await get('standard')).statusCode, (await get('standard')).statusCode], [200, 429]);
  for (const key of ['free', 'free', 'service', 'service']) {
    const { statusCode, headers } = await get(key);
    t.equal(statusCode, 200, key);
    t.notOk('ratelimit-limit' in headers);
  }
  const without = await build(t, callers);
  for (let i = 0; i < 3; i++) t.equal((await without.get('standard')).statusCode, 200);
});

t.test('each item of a batch counts; what is too much is owed by the requests after it', async (t) => {
  const { get, post } = await build(t, { shop: { id: 'a', name: 'shop', requestsPerMinute: 10 } });
  const batch = await post('shop', { rows: [1, 2, 3, 4] });
  t.equal(batch.statusCode, 200);
  t.equal(batch.headers['ratelimit-remaining'], '6');
  t.equal((await post('shop', { other: [1, 2] })).headers['ratelimit-remaining'], '5', 'no list: one');
  t.equal((await post('shop', { rows: new Array(17).fill(0) })).statusCode, 200, 'let in by what was left');
  const refused = await get('shop');
  t.equal(refused.statusCode, 429);
  t.equal(refused.headers['retry-after'], '78', '12 are owed, and one is needed, at 6 seconds each');
});

t.test('a limit that was changed counts at the next request', async (t) => {
  const callers = { shop: { id: 'a', name: 'shop', requestsPerMinute: 1 } };
  const { get } = await build(t, callers);
  t.strictSame([(await get('shop')).statusCode, (await get('shop')).statusCode], [200, 429]);
  callers.shop.requestsPerMinute = 100;
  t.equal((await get('shop')).headers['ratelimit-remaining'], '99');
});
