import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SECURITY_HEADERS } from '@tristore/common/security-headers-plugin.ts';
import t from 'tap';
import { AUDIENCE, makeKey, sign, startIssuer } from '../../common/test/auth/issuer.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { writeAliases, writeVersion } from './fixtures.ts';
import { start } from './server-process.ts';

t.test("a JWT of the issuer opens the server's routes by its scopes", async (t) => {
  const root = join(testFolder(t), 'models');
  await writeVersion(root);
  await writeAliases(root, '1');
  const key = await makeKey('k', 'ES256');
  const issuer = await startIssuer(t, key);
  const { listening, said } = start(t, {
    REGISTRY: root,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_ALGORITHMS: 'RS256,ES256',
    OIDC_SCOPE_PREFIX: 'tristore/',
  });
  const address = await listening();
  const ask = async (path: string, choices: object) => {
    const token = await sign({ key, issuer: issuer.url, ...choices });
    return fetch(address + path, { headers: { authorization: `Bearer ${token}` } });
  };
  const predict = { claims: { scope: 'tristore/predict' } };
  t.equal((await ask('/v2/models/adder', predict)).status, 200);
  const reading = await ask('/metrics', predict);
  t.equal(reading.status, 403);
  t.match(reading.headers.get('www-authenticate'), /insufficient_scope.*scope="read"/);
  t.equal((await ask('/metrics', { claims: { scp: ['tristore/read'] } })).status, 200);
  t.equal((await ask('/v2/models/adder', { claims: { scope: 'predict' } })).status, 403, 'not our prefix');

  const expired = await ask('/v2/models/adder', { ...predict, expires: -60 });
  t.equal(expired.status, 401);
  t.equal(
    expired.headers.get('www-authenticate'),
    'Bearer realm="tristore", error="invalid_token", error_description="the token has expired"',
  );
  t.strictSame(await expired.json(), { error: 'the token has expired' });
  const none = await fetch(`${address}/v2/models/adder`);
  t.equal(none.headers.get('www-authenticate'), 'Bearer realm="tristore"');
  t.equal(
    (await fetch(`${address}/v2`, { headers: { 'x-api-key': 'secret' } })).status,
    200,
    'the service key still opens',
  );
  t.notMatch(said.out + said.err, /eyJ/, 'no token in the log');
});

t.test("the model server's limits and origins are settings, and hold on the wire", async (t) => {
  const root = join(testFolder(t), 'models');
  await writeVersion(root);
  await writeAliases(root, '1');
  const key = await makeKey('k', 'ES256');
  const issuer = await startIssuer(t, key);
  const { listening } = start(t, {
    REGISTRY: root,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_ALGORITHMS: 'ES256',
    MAX_BODY_BYTES: '4096',
    MAX_HEADER_BYTES: '4096',
    RATE_LIMIT_PER_MINUTE: '3',
    CORS_ORIGINS: 'https://pages.example',
  });
  const address = await listening();
  const service = { 'x-api-key': 'secret' };
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${address}/v1/models/adder:predict`, {
      method: 'POST',
      headers: { ...service, ...headers },
      body,
    });
  const rows = (count: number) => JSON.stringify({ instances: new Array(count).fill([1, 2, 3]) });
  t.equal((await post(rows(10))).status, 200);
  t.equal((await post(rows(1_000))).status, 413);
  const bomb = gzipSync(rows(100_000));
  t.ok(bomb.length < 4_096);
  t.equal((await post(bomb, { 'content-encoding': 'gzip' })).status, 413, 'what it becomes counts');
  t.equal((await post(rows(1), { 'x-long': 'x'.repeat(5_000) })).status, 431);

  const ask = async (subject: string) => {
    const token = await sign({ key, issuer: issuer.url, subject });
    const headers = { authorization: `Bearer ${token}`, origin: 'https://pages.example' };
    return fetch(`${address}/v2/models/adder`, { headers });
  };
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await ask('ann')).status);
  t.strictSame(statuses, [200, 200, 200, 429], 'by the subject, whatever token it brings');
  const refused = await ask('ann');
  t.strictSame(await refused.json(), { error: 'the key may make 3 requests a minute' });
  t.match(refused.headers.get('retry-after'), /^(19|20)$/);
  t.equal(refused.headers.get('access-control-allow-origin'), 'https://pages.example');
  t.equal((await ask('bob')).status, 200);
  for (let i = 0; i < 10; i++) t.equal((await post(rows(1))).status, 200, 'the service key has no limit');
});

t.test('every answer of the model server carries the security headers', async (t) => {
  const root = join(testFolder(t), 'models');
  await writeVersion(root);
  await writeAliases(root, '1');
  const address = await start(t, { REGISTRY: root }).listening();
  const { 'content-security-policy': policy, 'cache-control': _cache, ...others } = SECURITY_HEADERS;
  for (const [path, status] of Object.entries({
    '/v2/health/live': 200,
    '/v2/docs': 200,
    '/v2/models/adder': 401,
    '/nowhere': 404,
    '/v1/nowhere': 400,
    '/v2/models/%zz': 400,
  })) {
    const answer = await fetch(address + path);
    t.equal(answer.status, status, path);
    for (const [name, value] of Object.entries(others))
      t.equal(answer.headers.get(name), value, `${path} ${name}`);
    t.match(
      answer.headers.get('content-security-policy'),
      path === '/v2/docs' ? "script-src 'self'" : policy,
    );
    if (status >= 400) t.equal(answer.headers.get('content-type'), 'application/json', path);
  }
});
