import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { seededRandom } from '@tristore/common/random.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { buildApp } from '@tristore/model/app.ts';
import { chooseBackend } from '@tristore/model/inference/backend.ts';
import { loadCatalogue } from '@tristore/model/inference/catalogue.ts';
import t, { type Test } from 'tap';
import { HttpModelClient } from '../../src/model-client/http-model-client.ts';
import type { ScoreRequest } from '../../src/model-client/model-client.ts';
import { REGISTRY } from '../registry.ts';

const IDLE = { load: { busy: 0 }, maxWaiting: 1_000 };
const WIDTH = 41;

const ask = (vector: Float32Array, more: Partial<ScoreRequest> = {}): ScoreRequest => ({
  model: 'credit-default',
  version: '1',
  vector,
  explain: false,
  requestId: 'r-1',
  deadline: performance.now() + 5_000,
  ...more,
});

async function realServer(t: Test) {
  const backend = await chooseBackend('auto', 'serving');
  const app = await buildApp({
    catalogue: await loadCatalogue(new FolderRegistry(REGISTRY)),
    backend,
    authenticators: [serviceKey('s3cret', { name: 'service', scopes: ['predict'] })],
    logLevel: 'silent',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const client = new HttpModelClient({ url, serviceKey: 's3cret', ...IDLE });
  t.teardown(async () => {
    await client.close();
    await app.close();
  });
  return client;
}

type Listener = (request: IncomingMessage, response: ServerResponse, call: number) => void;

/** A server that says what the test wants: what the real one says when it is in trouble. */
async function server(t: Test, listener: Listener) {
  let calls = 0;
  const http = createServer((request, response) => {
    request.resume().on('end', () => listener(request, response, ++calls));
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new HttpModelClient({
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    serviceKey: undefined,
    ...IDLE,
  });
  t.teardown(async () => {
    http.closeAllConnections();
    http.close();
    await client.close();
  });
  return { client, calls: () => calls };
}

const scored = (response: ServerResponse, ...probabilities: number[]) =>
  response.end(JSON.stringify({ outputs: [{ name: 'probability', datatype: 'FP32', data: probabilities }] }));

t.test('rows of many callers share calls, and each has its own answer', async (t) => {
  const client = await realServer(t);
  const random = seededRandom(3);
  const vectors = Array.from({ length: 600 }, () =>
    Float32Array.from({ length: WIDTH }, () => Math.round(random.next() * 1_000)),
  );
  const together = await Promise.all(vectors.map((vector) => client.score(ask(vector))));
  const [figures] = client.coalescers();
  t.equal(figures?.items, 600);
  t.ok((figures?.calls ?? 600) <= 10, `${figures?.calls} calls`);
  t.ok(new Set(together.map(({ probability }) => probability)).size > 100, 'they differ');
  for (const i of [0, 1, 255, 256, 257, 599]) {
    const { probability } = await client.score(ask(vectors[i] as Float32Array));
    t.ok(Math.abs(probability - (together[i]?.probability ?? 0)) < 1e-6, `row ${i}`);
  }
});

t.test('reasons come with the rows that ask for them', async (t) => {
  const client = await realServer(t);
  const late = new Float32Array(WIDTH).fill(0);
  late[3] = 8;
  const [explained, plain] = await Promise.all([
    client.score(ask(late, { explain: true })),
    client.score(ask(late)),
  ]);
  t.ok(explained.reasons.length > 0, explained.reasons.join(', '));
  t.ok(explained.reasons.every((reason) => reason.length > 0));
  t.same(plain.reasons, []);
  t.equal(explained.probability, plain.probability);
});

t.test('a server that is busy is asked again', async (t) => {
  const { client, calls } = await server(t, (_request, response, call) =>
    call < 3 ? response.writeHead(503, { 'retry-after': '1' }).end() : scored(response, 0.5),
  );
  t.equal((await client.score(ask(new Float32Array(1)))).probability, 0.5);
  t.equal(calls(), 3);
});

t.test('a connection that breaks is made again', async (t) => {
  const { client, calls } = await server(t, (request, response, call) =>
    call === 1 ? request.socket.destroy() : scored(response, 0.5),
  );
  t.equal((await client.score(ask(new Float32Array(1)))).probability, 0.5);
  t.equal(calls(), 2);
});

t.test('a row that the server refuses does not fail its neighbours', async (t) => {
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const json = Number(request.headers['inference-header-content-length']);
    const rows = Array.from({ length: (bytes.length - json) / 4 }, (_, i) => bytes.readFloatLE(json + i * 4));
    if (rows.includes(-1)) response.writeHead(400).end('{"error":"a row"}');
    else scored(response, ...rows);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const client = new HttpModelClient({
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    serviceKey: undefined,
    ...IDLE,
  });
  t.teardown(async () => {
    await client.close();
    http.close();
  });
  const results = await Promise.allSettled(
    [0.25, 0.5, -1, 0.75].map((value) => client.score(ask(Float32Array.of(value)))),
  );
  t.same(
    results.map((result) => (result.status === 'fulfilled' ? result.value.probability : result.reason.code)),
    [0.25, 0.5, 'version_unavailable', 0.75],
  );
});

t.test('a version that fails each time is left alone; the server is not', async (t) => {
  const { client, calls } = await server(t, (request, response) =>
    request.url?.includes('/versions/2/')
      ? response.writeHead(500).end('{"error":"broken"}')
      : scored(response, 0.5),
  );
  const broken = () => client.score(ask(new Float32Array(1), { version: '2' }));
  for (let i = 0; i < 5; i++) await t.rejects(broken(), { code: 'version_unavailable' });
  const before = calls();
  await t.rejects(broken(), { code: 'version_unavailable', retryAfter: 1 });
  t.equal(calls(), before, 'without a call');
  t.equal(client.breaker.state(), 0);
  t.equal((await client.score(ask(new Float32Array(1)))).probability, 0.5);
});

t.test('a server that is away is left alone after some calls', async (t) => {
  const { client, calls } = await server(t, (request) => request.socket.destroy());
  for (let i = 0; i < 5; i++)
    await t.rejects(client.score(ask(new Float32Array(1))), { code: 'model_unavailable', retryAfter: 1 });
  t.equal(client.breaker.state(), 1);
  const before = calls();
  await t.rejects(client.score(ask(new Float32Array(1))), { code: 'model_unavailable' });
  t.equal(calls(), before);
});
