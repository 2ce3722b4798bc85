import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { authPlugin } from '../../src/auth/auth-plugin.ts';
import { issuerKeys } from '../../src/auth/issuer-keys.ts';
import { JsonWebTokens } from '../../src/auth/json-web-tokens.ts';
import type { Authenticator } from '../../src/auth/principal.ts';
import { serviceKey } from '../../src/auth/service-key.ts';
import { ERRORS, TristoreError } from '../../src/errors.ts';
import { AUDIENCE, makeKey, sign, startIssuer } from './issuer.ts';

async function build(t: Test, ...authenticators: Authenticator[]) {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof TristoreError)) throw error;
    if (error.retryAfter) reply.header('retry-after', error.retryAfter);
    return reply.code(ERRORS[error.code].status).send({ code: error.code, message: error.message });
  });
  await app.register(authPlugin, { authenticators });
  app.get('/open', { config: { open: true } }, async () => 'open');
  app.get('/any', { config: { scope: 'read' } }, async ({ principal }) => principal?.name);
  app.post('/predict', { config: { scope: 'predict' } }, async () => 'predicted');
  t.teardown(() => app.close());
  return app;
}

const reader = serviceKey('read-me', { name: 'reader', scopes: ['read'] });
const REALM = 'Bearer realm="tristore"';

t.test('a key in x-api-key or as Bearer; open routes and unknown paths need none', async (t) => {
  const app = await build(t, reader);
  t.equal((await app.inject('/open')).statusCode, 200);
  t.equal((await app.inject('/nowhere')).statusCode, 404);
  for (const headers of [
    { 'x-api-key': 'read-me' },
    { authorization: 'Bearer read-me' },
    { authorization: 'bearer  read-me' },
    { 'x-api-key': 'read-me', authorization: 'Bearer wrong' },
  ])
    t.equal((await app.inject({ url: '/any', headers })).body, 'reader', JSON.stringify(headers));
});

t.test(
  '401 carries the challenge of RFC 9110, with the error of RFC 6750 where a key was sent',
  async (t) => {
    const app = await build(t, reader);
    const none = await app.inject('/any');
    t.equal(none.statusCode, 401);
    t.equal(none.headers['www-authenticate'], REALM);
    t.equal((await app.inject({ method: 'HEAD', url: '/any' })).statusCode, 401, 'HEAD, too');
    for (const headers of [{ 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong' }]) {
      const wrong = await app.inject({ url: '/any', headers });
      t.equal(wrong.statusCode, 401);
      t.equal(
        wrong.headers['www-authenticate'],
        `${REALM}, error="invalid_token", error_description="the key is not known"`,
      );
    }
    const basic = await app.inject({ url: '/any', headers: { authorization: 'Basic cmVhZGVyOg==' } });
    t.equal(basic.headers['www-authenticate'], REALM, 'another scheme is as none');
  },
);

t.test('a key without the scope: 403, before the body is read', async (t) => {
  const app = await build(t, reader);
  const headers = { 'x-api-key': 'read-me', 'content-type': 'application/json' };
  const refused = await app.inject({ method: 'POST', url: '/predict', headers, payload: '{' });
  t.equal(refused.statusCode, 403);
  t.match(refused.headers['www-authenticate'], /error="insufficient_scope".*, scope="predict"$/);
});

t.test('keys that cannot be judged: 503 with Retry-After', async (t) => {
  for (const authenticate of [
    () => Promise.reject(new Error('DynamoDB is away')),
    () => {
      throw new Error('at once');
    },
  ]) {
    const app = await build(t, reader, { authenticate });
    t.equal((await app.inject({ url: '/any', headers: { 'x-api-key': 'read-me' } })).statusCode, 200);
    const other = await app.inject({ url: '/any', headers: { 'x-api-key': 'other' } });
    t.equal(other.statusCode, 503);
    t.equal(other.headers['retry-after'], '1');
    t.notMatch(other.body, /DynamoDB/);
    t.notOk(other.headers['www-authenticate']);
  }
});

t.test(
  'a JWT opens by its scopes; one that is not sound says why, and is asked of nobody else',
  async (t) => {
    const key = await makeKey('k');
    const issuer = await startIssuer(t, key);
    const rules = { issuer: issuer.url, audience: AUDIENCE, algorithms: ['RS256'], clockTolerance: 5 };
    let asked = 0;
    const last: Authenticator = {
      authenticate: () => {
        asked++;
        return undefined;
      },
    };
    const app = await build(t, reader, new JsonWebTokens(issuerKeys(issuer.url), rules), last);
    const post = async (choices: object) => {
      const token = await sign({ key, issuer: issuer.url, ...choices });
      return app.inject({ method: 'POST', url: '/predict', headers: { authorization: `Bearer ${token}` } });
    };
    t.equal((await post({})).statusCode, 200);
    t.equal((await post({ claims: { scope: 'read' } })).statusCode, 403);
    const expired = await post({ expires: -60 });
    t.equal(expired.statusCode, 401);
    t.match(expired.headers['www-authenticate'], /error_description="the token has expired"/);
    t.equal(asked, 0);
  },
);

t.test('an app with a route that says neither scope nor open does not start', async (t) => {
  const app = Fastify();
  await app.register(authPlugin, { authenticators: [reader] });
  app.get('/fine', { config: { scope: 'read' } }, async () => 'fine');
  app.delete('/forgotten', async () => 'gone');
  await t.rejects(async () => app.ready(), { message: 'no scope, and not open: DELETE /forgotten' });
  await app.close();
});

t.test('authenticators are opened with the app and closed with it', async (t) => {
  const seen: string[] = [];
  const door: Authenticator = {
    authenticate: () => undefined,
    open: () => void seen.push('open'),
    close: () => void seen.push('close'),
  };
  const app = await build(t, door);
  await app.ready();
  await app.close();
  t.strictSame(seen, ['open', 'close']);
});
