import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ApiKeyKeeper } from '@tristore/common/auth/api-key-keeper.ts';
import { SECURITY_HEADERS } from '@tristore/common/security-headers-plugin.ts';
import t from 'tap';
import { AUDIENCE, makeKey, sign, startIssuer } from '../../common/test/auth/issuer.ts';
import { startOrchestrator } from './orchestrator-process.ts';
import { registryFolder } from './registry-folder.ts';

const VIEW = {
  name: 'merchant-risk',
  entity: 'merchant',
  description: 'what is known of a merchant',
  columns: [
    { name: 'share', dtype: 'double', description: 'of payments', on_missing: 'default', default: 0 },
  ],
  derived: [],
};

/** Every JSON line of a log that has an audit record. */
const audited = (log: string): { audit: object; request_id: string }[] =>
  log
    .split('\n')
    .filter((line) => line.includes('"audit":'))
    .map((line) => JSON.parse(line));

t.test(
  "a JWT of the issuer opens the orchestrator's routes by its scopes, and no secret is logged",
  async (t) => {
    const key = await makeKey('k', 'ES256');
    const issuer = await startIssuer(t, key);
    const { url, said, endpoints } = await startOrchestrator(t, {
      LOG_LEVEL: 'trace',
      REGISTRY: await registryFolder(t, ['2']),
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_ALGORITHMS: 'RS256,ES256',
      OIDC_SCOPE_PREFIX: 'tristore/',
    });
    const ask = async (method: string, path: string, scope: string, choices: object = {}, body?: object) => {
      const token = await sign({ key, issuer: issuer.url, claims: { scope }, ...choices });
      return fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-request-id': 'r-42',
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    };
    t.equal((await ask('GET', '/v1/feature-views', 'tristore/read')).status, 200);
    const wrong = await ask('GET', '/v1/feature-views', 'tristore/predict tristore/admin');
    t.equal(wrong.status, 403);
    t.match(wrong.headers.get('www-authenticate'), /insufficient_scope.*scope="read"/);
    t.equal((await ask('GET', '/v1/feature-views', 'read')).status, 403, 'not our prefix');
    const expired = await ask('GET', '/v1/feature-views', 'tristore/read', { expires: -60 });
    t.equal(expired.status, 401);
    t.match(expired.headers.get('www-authenticate'), /error_description="the token has expired"/);
    const elsewhere = await ask('GET', '/v1/feature-views', 'tristore/read', {
      audience: 'https://other.test',
    });
    t.equal(elsewhere.status, 401, 'made for somebody else');
    const stranger = { key: await makeKey('stranger', 'ES256') };
    t.equal((await ask('GET', '/v1/feature-views', 'tristore/read', stranger)).status, 401);

    const path = `/v1/feature-views/${VIEW.name}`;
    t.equal((await ask('PUT', path, 'tristore/read', {}, VIEW)).status, 403);
    t.equal((await ask('PUT', path, 'tristore/admin', { subject: 'ann' }, VIEW)).status, 201);
    const wider = { ...VIEW, columns: [...VIEW.columns, { ...VIEW.columns[0], name: 'age' }] };
    t.equal((await ask('PUT', path, 'tristore/admin', { subject: 'bob' }, wider)).status, 200);
    const promote = (version: number) => {
      const body = { version, reason: 'better on new clients' };
      return ask('PUT', '/v1/registry/credit-default/aliases/champion', 'tristore/admin', {}, body);
    };
    for (const [version, status] of [
      [99, 404],
      [2, 200],
      [2, 200],
    ] as const)
      t.equal((await promote(version)).status, status);
    await wait(100);
    const [made, changed, promoted, ...more] = audited(said.out);
    t.equal(more.length, 0, 'what was refused, or changed nothing, is no action');
    t.match(made, {
      request_id: 'r-42',
      audit: {
        who: { id: 'sub:ann', name: 'ann' },
        action: 'feature_view.create',
        target: 'merchant-risk',
        after: { columns: 1 },
      },
    });
    t.match(changed?.audit, {
      who: { id: 'sub:bob' },
      action: 'feature_view.change',
      before: { columns: 1 },
      after: { columns: 2 },
    });
    t.match(promoted?.audit, {
      who: { id: 'sub:ali' },
      action: 'alias.change',
      target: 'credit-default',
      before: { number: 1 },
      after: { number: 2, version: '2' },
      reason: 'better on new clients',
    });

    const client = new DynamoDBClient({
      endpoint: endpoints.dynamodb,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    t.teardown(() => client.destroy());
    const { key: apiKey } = await new ApiKeyKeeper(client, 'state').create({
      name: 'shop',
      scopes: ['read'],
      by: 'test',
    });
    t.equal((await fetch(`${url}/v1/feature-views`, { headers: { 'x-api-key': apiKey } })).status, 200);
    await wait(100);
    for (const secret of ['eyJ', apiKey, 'the-service-key', 'the-aws-secret'])
      t.notMatch(said.out + said.err, secret, 'at trace, too');
  },
);

t.test('limits, origins and proxies are settings, and hold on the wire', async (t) => {
  const { url, said, endpoints } = await startOrchestrator(t, {
    MAX_BODY_BYTES: '2048',
    MAX_HEADER_BYTES: '4096',
    RATE_LIMIT_PER_MINUTE: '5',
    CORS_ORIGINS: 'https://pages.example',
    TRUSTED_PROXIES: '127.0.0.1',
  });
  const client = new DynamoDBClient({
    endpoint: endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  t.teardown(() => client.destroy());
  const keeper = new ApiKeyKeeper(client, 'state');
  const create = async (name: string, requestsPerMinute?: number) =>
    (await keeper.create({ name, scopes: ['admin', 'read'], by: 'test', requestsPerMinute })).key;
  const headers = { 'x-api-key': await create('free', 0), 'content-type': 'application/json' };

  const put = (description: string) =>
    fetch(`${url}/v1/feature-views/${VIEW.name}`, {
      method: 'PUT',
      headers: { ...headers, 'x-forwarded-for': '192.0.2.7' },
      body: JSON.stringify({ ...VIEW, description }),
    });
  const large = await put('x'.repeat(2_048));
  t.equal(large.status, 413);
  t.match(await large.json(), { error: { code: 'payload_too_large' } });
  t.equal((await put('small')).status, 201);
  await wait(100);
  t.match(audited(said.out), [{ audit: { who: { name: 'free', address: '192.0.2.7' } } }]);

  const long = await fetch(`${url}/v1/feature-views`, {
    headers: { ...headers, 'x-long': 'x'.repeat(5_000) },
  });
  t.equal(long.status, 431);

  const origin = { origin: 'https://pages.example' };
  const listed = await fetch(`${url}/v1/feature-views`, { headers: { ...headers, ...origin } });
  t.equal(listed.headers.get('access-control-allow-origin'), 'https://pages.example');

  const standard = { 'x-api-key': await create('standard') };
  const statuses = [];
  for (let i = 0; i < 6; i++)
    statuses.push((await fetch(`${url}/v1/feature-views`, { headers: standard })).status);
  t.strictSame(statuses, [200, 200, 200, 200, 200, 429]);
  const refused = await fetch(`${url}/v1/feature-views`, { headers: standard });
  t.match(await refused.json(), { error: { code: 'rate_limited', request_id: /.+/ } });
  t.match(refused.headers.get('retry-after'), /^1[0-2]$/);
});

t.test('every answer carries the security headers, and the name of no software', async (t) => {
  const { url } = await startOrchestrator(t, {});
  const { 'content-security-policy': policy, 'cache-control': _cache, ...others } = SECURITY_HEADERS;
  for (const [path, status] of Object.entries({
    '/health/live': 200,
    '/docs': 200,
    '/docs/static/swagger-ui.css': 200,
    '/v1/feature-views': 401,
    '/nowhere': 404,
    '/v1/features/%zz': 400,
  })) {
    const answer = await fetch(url + path);
    t.equal(answer.status, status, path);
    for (const [name, value] of Object.entries(others))
      t.equal(answer.headers.get(name), value, `${path} ${name}`);
    const isPage = path.startsWith('/docs');
    t.match(answer.headers.get('content-security-policy'), isPage ? "script-src 'self'" : policy);
    if (!path.startsWith('/docs/static')) t.equal(answer.headers.get('cache-control'), 'no-store', path);
    for (const name of ['server', 'x-powered-by']) t.notOk(answer.headers.has(name), name);
    t.match(answer.headers.get('x-request-id'), /^[\w-]{36}$/);
  }
  const raw = await new Promise<string>((resolve) => {
    let text = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('NO HTTP\r\n\r\n'));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  t.match(raw, /^HTTP\/1.1 400 /);
  t.notMatch(raw, /node|fastify|HPE_/i);
});
