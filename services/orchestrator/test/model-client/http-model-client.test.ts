import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { buildApp } from '@tristore/model/app.ts';
import { chooseBackend } from '@tristore/model/inference/backend.ts';
import { loadCatalogue } from '@tristore/model/inference/catalogue.ts';
import t, { type Test } from 'tap';
import { HttpModelClient } from '../../src/model-client/http-model-client.ts';
import { REGISTRY } from '../build.ts';

const IDLE = { load: { busy: 0 }, maxWaiting: 1_000 };
const SERVICE = { name: 'service', scopes: ['predict'] as const };
const ask = (more: object = {}) => ({
  model: 'credit-default',
  version: '1',
  vector: new Float32Array(1),
  requestId: 'r-1',
  deadline: performance.now() + 2_000,
  explain: false,
  ...more,
});

async function answering(t: Test, listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new HttpModelClient({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serviceKey: undefined,
    ...IDLE,
  });
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await client.close();
  });
  return client;
}

t.test('the real model server, in binary, with the service key', async (t) => {
  const backend = await chooseBackend('auto', 'serving');
  const catalogue = await loadCatalogue(new FolderRegistry(REGISTRY));
  const app = await buildApp({
    catalogue,
    backend,
    authenticators: [serviceKey('s3cret', SERVICE)],
    logLevel: 'silent',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const client = new HttpModelClient({ url, serviceKey: 's3cret', ...IDLE });
  const stranger = new HttpModelClient({ url, serviceKey: 'wrong', ...IDLE });
  t.teardown(() => stranger.close());

  const metadata = await fetch(`${url}/v2/models/credit-default`, { headers: { 'x-api-key': 's3cret' } });
  const { inputs } = (await metadata.json()) as { inputs: { shape: number[] }[] };
  const vector = new Float32Array(inputs[0]?.shape[1] ?? 0).fill(1);
  const { probability: binary } = await client.score(ask({ vector }));
  const json = await fetch(`${url}/v2/models/credit-default/infer`, {
    method: 'POST',
    headers: { 'x-api-key': 's3cret' },
    body: JSON.stringify({
      inputs: [{ name: 'features', shape: [1, vector.length], datatype: 'FP32', data: [...vector] }],
    }),
  });
  const { outputs } = (await json.json()) as { outputs: { data: number[] }[] };
  t.equal(binary, Math.fround(outputs[0]?.data[0] ?? -1), 'the same answer as in JSON');
  t.equal(await client.ready(AbortSignal.timeout(1_000)), true);
  await t.rejects(client.score(ask({ vector, version: '99' })), { code: 'version_not_found' });
  await t.rejects(client.score(ask({ vector: new Float32Array(3) })), { code: 'version_unavailable' });
  await t.rejects(stranger.score(ask({ vector })), { code: 'model_unavailable' });

  await app.close();
  await t.rejects(client.score(ask({ vector })), { code: 'model_unavailable', retryAfter: 1 });
  t.equal(await client.ready(AbortSignal.timeout(1_000)), false);
  await client.close();
});

t.test('an answer that is late, garbled or no probability is no answer', async (t) => {
  const late = await answering(t, () => undefined);
  await t.rejects(late.score(ask({ deadline: performance.now() + 50 })), { code: 'model_unavailable' });
  const said = (body: object) => answering(t, (_request, response) => response.end(JSON.stringify(body)));
  for (const body of [
    {},
    { outputs: [] },
    { outputs: [{ name: 'probability', datatype: 'FP32', data: [1.5] }] },
    { outputs: [{ name: 'probability', datatype: 'FP32', data: [] }] },
  ])
    await t.rejects((await said(body)).score(ask()), { code: 'version_unavailable' }, JSON.stringify(body));
  const plain = await said({ outputs: [{ name: 'probability', datatype: 'FP32', data: [0.25] }] });
  t.equal((await plain.score(ask())).probability, 0.25, 'plain JSON is read too');
});

t.test('tells the model server how long it still waits, and does not ask once that is over', async (t) => {
  const heard: (string | undefined)[] = [];
  const client = await answering(t, (request, response) => {
    heard.push(request.headers['x-request-timeout-ms'] as string | undefined);
    response.writeHead(504).end();
  });
  await t.rejects(client.score(ask({ deadline: performance.now() + 500 })), { code: 'model_unavailable' });
  await t.rejects(client.score(ask({ deadline: performance.now() - 1 })), { code: 'model_unavailable' });
  t.equal(heard.length, 1);
  t.ok(Number(heard[0]) > 0 && Number(heard[0]) <= 500, `${heard[0]} ms`);
});
