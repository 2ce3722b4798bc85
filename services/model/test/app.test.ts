import { setTimeout as wait } from 'node:timers/promises';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { buildApp } from '../src/app.ts';
import { chooseBackend } from '../src/inference/backend.ts';
import { Catalogue, loadCatalogue } from '../src/inference/catalogue.ts';
import { build, KEY } from './build.ts';
import { writeAliases, writeVersion } from './fixtures.ts';

const body = { instances: [[1, 2, 3]] };

t.test('only health and docs are open', async (t) => {
  const { app } = await build(t);
  for (const url of ['/v2/health/live', '/v2/health/ready', '/v2/docs', '/v2/docs/json'])
    t.equal((await app.inject(url)).statusCode, 200, url);
  for (const url of ['/v2', '/v2/models/adder', '/v2/models/adder/ready', '/v1/models/adder', '/metrics']) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 401, url);
    t.type(answer.json().error, 'string');
    t.equal(answer.headers['content-type'], 'application/json');
  }
  t.equal((await app.inject({ url: '/v2', headers: { 'x-api-key': 'wrong' } })).statusCode, 401);
  t.equal((await app.inject({ url: '/v2', headers: { authorization: `Bearer ${KEY}` } })).statusCode, 200);
});

t.test('a key without the scope is refused', async (t) => {
  const backend = await chooseBackend('auto', 'serving');
  const app = await buildApp({
    catalogue: new Catalogue(new FolderRegistry(testFolder(t))),
    backend,
    authenticators: [serviceKey('reader', { name: 'reader', scopes: ['read'] })],
    logLevel: 'silent',
  });
  t.teardown(() => app.close());
  const headers = { 'x-api-key': 'reader' };
  t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 200);
  const refused = await app.inject({ url: '/v2/models/adder', headers });
  t.equal(refused.statusCode, 403);
  t.match(refused.json().error, /lacks the scope predict/);
});

t.test("the caller's request id comes back, and a new one where it is none", async (t) => {
  const { app, inject } = await build(t);
  t.equal(
    (await inject({ url: '/v2', headers: { 'x-request-id': 'abc-1' } })).headers['x-request-id'],
    'abc-1',
  );
  t.match(
    (await inject({ url: '/v2', headers: { 'x-request-id': 'a b\n' } })).headers['x-request-id'],
    /^[0-9a-f-]{36}$/,
  );
  for (const url of ['/nowhere', '/v1/nowhere', '/v2'])
    t.type((await app.inject(url)).headers['x-request-id'], 'string');
});

t.test('metrics count requests, rows and tensors by model and version', async (t) => {
  const { post, get } = await build(t);
  await post('/v1/models/adder:predict', {
    instances: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  });
  await post('/v1/models/adder:predict', body);
  const { body: metrics } = await get('/metrics');
  const labels = 'model="adder",version="1"';
  t.match(metrics, `model_requests_total{${labels},result="ok"} 2`);
  t.match(metrics, `model_rows_total{${labels}} 3`);
  t.match(metrics, `model_inference_seconds_count{${labels}} 2`);
  t.match(metrics, /^tfjs_tensors [1-9]/m);
  t.match(metrics, /^tfjs_bytes [1-9]/m);
});

t.test('a fault of ours is counted and logged, not told', async (t) => {
  const root = testFolder(t);
  await writeVersion(root);
  await writeAliases(root, '1');
  const backend = await chooseBackend('auto', 'serving');
  const catalogue = await loadCatalogue(await openRegistry(root));
  const { predictor } = await catalogue.version('adder');
  predictor.predict = async () => {
    throw new Error('secret of the inside');
  };
  const authenticators = [serviceKey(KEY, { name: 'test', scopes: ['predict', 'read'] })];
  const app = await buildApp({ catalogue, backend, authenticators, logLevel: 'silent' });
  t.teardown(() => app.close());
  const headers = { 'x-api-key': KEY, 'x-request-id': 'lost' };
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/models/adder:predict',
    headers,
    payload: body,
  });
  t.equal(answer.statusCode, 500);
  t.strictSame(answer.json(), { error: 'internal error; the log has it under lost' });
  t.match(
    (await app.inject({ url: '/metrics', headers })).body,
    /model_requests_total\{.*result="error"\} 1/,
  );
});

t.test('while draining it is not ready, but still answers', async (t) => {
  const root = testFolder(t);
  await writeVersion(root);
  await writeAliases(root, '1');
  const backend = await chooseBackend('auto', 'serving');
  const catalogue = await loadCatalogue(await openRegistry(root));
  const authenticators = [serviceKey(KEY, { name: 'test', scopes: ['predict'] })];
  const app = await buildApp({ catalogue, backend, authenticators, logLevel: 'silent', drainMs: 500 });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { 'x-api-key': KEY };
  t.equal((await fetch(`${address}/v2/health/ready`)).status, 200);
  const closed = app.close();
  await wait(50);
  const ready = await fetch(`${address}/v2/health/ready`);
  t.equal(ready.status, 503);
  t.strictSame(await ready.json(), { ready: false, live: true });
  t.equal((await fetch(`${address}/v2/models/adder/ready`, { headers })).status, 503);
  t.equal((await fetch(`${address}/v2/health/live`)).status, 200);
  const answer = await fetch(`${address}/v1/models/adder:predict`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  t.equal(answer.status, 200, 'late requests are answered');
  await closed;
  await t.rejects(fetch(`${address}/v2/health/live`), 'then the door is shut');
});

t.test('the document has every route, and /docs leads to it', async (t) => {
  const { app } = await build(t);
  t.equal((await app.inject('/docs')).headers['location'], '/v2/docs');
  const { paths } = (await app.inject('/v2/docs/json')).json();
  const model = ['/v2/models/{model}', '/v2/models/{model}/versions/{version}'];
  const tfs = [
    '/v1/models/{model}',
    '/v1/models/{model}/versions/{version}',
    '/v1/models/{model}/labels/{label}',
  ];
  t.strictSame(
    Object.keys(paths).sort(),
    [
      '/metrics',
      '/v2',
      '/v2/health/live',
      '/v2/health/ready',
      ...model.flatMap((path) => [path, `${path}/ready`, `${path}/infer`]),
      ...tfs.flatMap((path) => [path, `${path}/metadata`]),
      ...tfs.flatMap((path) => ['predict', 'classify', 'regress'].map((method) => `${path}:${method}`)),
    ].sort(),
  );
  t.ok(
    paths['/v2/models/{model}/infer'].post.requestBody.content['application/json'].schema.properties.inputs,
  );
});
