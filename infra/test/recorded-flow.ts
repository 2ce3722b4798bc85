import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { storeApiKey } from '@tristore/common/auth/api-key-keeper.ts';
import { SCOPES } from '@tristore/common/auth/principal.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { BUCKETS, TABLES } from '@tristore/common/resources.ts';
import { publishToBucket } from '@tristore/local/compose/publish-to-bucket.ts';
import type { Test } from 'tap';
import { startAthena } from '../../services/common/test/evaluation-store/athena-server.ts';
import { ServiceProcess } from '../../services/common/test/service-process.ts';
import { testFolder } from '../../services/common/test/test-folder.ts';
import { start } from '../../services/local/test/started.ts';
import { CLIENT } from '../../services/orchestrator/test/build.ts';
import { REGISTRY } from '../../services/orchestrator/test/registry.ts';
import { ActionRecorder } from '../checks/action-recorder.ts';

const KEY = 'key-of-the-recording';
const SERVICE_KEY = 'service-key-of-the-recording';
const MODEL = { model_name: 'credit-default' };
const mainOf = (service: string) => new URL(`../../services/${service}/src/main.ts`, import.meta.url);

/** Above the 25 s after which a replica looks known keys up again, in one call for all. */
const KEYS_AGAIN_MS = 26_000;

/** The committed version, and the same under the next number, so that there is something to promote. */
async function publishTwo(client: S3Client): Promise<void> {
  await publishToBucket(REGISTRY, client, BUCKETS.artifacts);
  const from = new FolderRegistry(REGISTRY);
  const put = (file: string, Body: Uint8Array | string) =>
    client.send(
      new PutObjectCommand({ Bucket: BUCKETS.artifacts, Key: `${MODEL.model_name}/2/${file}`, Body }),
    );
  for (const file of ['model.json', 'weights.bin'])
    await put(file, await from.read(MODEL.model_name, '1', file));
  const manifest = Buffer.from(await from.read(MODEL.model_name, '1', 'manifest.json')).toString('utf8');
  await put('manifest.json', JSON.stringify({ ...JSON.parse(manifest), model_version: '2' }));
}

/** Both services as processes, each with credentials of its own, on the embedded AWS behind a recorder. */
async function startRecorded(t: Test) {
  const dataDir = testFolder(t);
  const { clients, endpoints, flush } = await start(t, dataDir);
  await publishTwo(clients.s3);
  await storeApiKey(clients.dynamodb, TABLES.state.name, KEY, {
    name: 'recording',
    scopes: SCOPES,
    requestsPerMinute: 0,
  });
  const athena = await startAthena(t, `${dataDir}/s3/${BUCKETS.evaluation}`);
  const recorder = new ActionRecorder();
  t.teardown(() => recorder.close());
  const environment = (who: string) => ({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: who,
    AWS_SECRET_ACCESS_KEY: 'any',
    REGISTRY: `s3://${BUCKETS.artifacts}`,
    STATE_TABLE: TABLES.state.name,
    SERVICE_KEY,
  });
  const through = {
    AWS_ENDPOINT_URL_DYNAMODB: await recorder.before(endpoints.dynamodb),
    AWS_ENDPOINT_URL_FIREHOSE: await recorder.before(endpoints.firehose),
    AWS_ENDPOINT_URL_S3: await recorder.before(endpoints.s3),
    AWS_ENDPOINT_URL_ATHENA: await recorder.before(athena.endpoint),
  };
  const model = new ServiceProcess(t, mainOf('model'), { ...environment('model'), ...through });
  const modelUrl = await model.listening();
  const orchestrator = new ServiceProcess(t, mainOf('orchestrator'), {
    ...environment('orchestrator'),
    ...through,
    MODEL_SERVER_URL: modelUrl,
    EVALUATION_ACK: 'disk',
    EVALUATION_STORE: 'athena://recording/tristore',
    SPOOL_DIR: `${dataDir}/spool`,
    SPOOL_RESCUE: `s3://${BUCKETS.evaluation}/rescue`,
  });
  const url = await orchestrator.listening();
  return { recorder, athena, endpoints, flush, model, modelUrl, orchestrator, url };
}

type Recorded = Awaited<ReturnType<typeof startRecorded>>;

function callerOf(t: Test, url: string) {
  return async (expected: number, method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        'x-api-key': KEY,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    t.equal(answer.status, expected, `${method} ${path}: ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  };
}
type Call = ReturnType<typeof callerOf>;

async function useFeatures(call: Call): Promise<void> {
  const { feature_views: views } = await readManifest(new FolderRegistry(REGISTRY), MODEL.model_name, '1');
  for (const view of views) await call(201, 'PUT', `/v1/feature-views/${view.name}`, view);
  await call(200, 'GET', '/v1/feature-views');
  await call(200, 'PUT', '/v1/features/credit-default/1', { values: CLIENT });
  await call(200, 'POST', '/v1/features/credit-default/batch', { rows: [{ id: '2', values: CLIENT }] });
  // older than what is there: the newer one is read to tell its time
  const older = { values: CLIENT, event_time: '2020-01-01T00:00:00Z' };
  await call(200, 'PUT', '/v1/features/credit-default/2', older);
  await call(200, 'GET', '/v1/features/credit-default/2');
  await call(204, 'DELETE', '/v1/features/credit-default/2');
}

async function predict(call: Call): Promise<string> {
  const event = { model: MODEL, client: { id: 1 } };
  const { event_id: id } = await call(200, 'POST', '/v1/predictions', event);
  const once = { 'idempotency-key': 'once' };
  await call(200, 'POST', '/v1/predictions', event, once);
  await call(200, 'POST', '/v1/predictions', event, once);
  await call(
    404,
    'POST',
    '/v1/predictions',
    { ...event, client: { id: 'nobody' } },
    { 'idempotency-key': 'b' },
  );
  await call(200, 'POST', '/v1/predictions/batch', { model: MODEL, predictions: [{ client: { id: 1 } }] });
  await call(202, 'POST', '/v1/outcomes', { event_id: id, outcome: 1, observed_at: '2026-11-01T00:00:00Z' });
  return String(id);
}

async function audit(call: Call, id: string, { athena, flush }: Recorded): Promise<void> {
  await sleep(1_000);
  await flush();
  await call(200, 'GET', `/v1/predictions/${id}`);
  // a query that takes longer than the request may is stopped, so that it costs nothing more
  athena.control.never = true;
  await call(503, 'GET', `/v1/predictions/${id}`);
  athena.control.never = false;
}

async function promote(call: Call): Promise<void> {
  await call(200, 'GET', '/v1/registry');
  const champion = { version: 2, reason: 'the recording' };
  await call(200, 'PUT', `/v1/registry/${MODEL.model_name}/aliases/champion`, champion);
}

/** Everything that the services ask of AWS, from their start to an end at which Firehose does not answer. */
export async function recordFlow(t: Test) {
  const system = await startRecorded(t);
  const { recorder, endpoints, model, modelUrl, orchestrator, url } = system;
  const started = Date.now();
  const call = callerOf(t, url);
  await useFeatures(call);
  const id = await predict(call);
  await callerOf(t, modelUrl)(200, 'GET', `/v2/models/${MODEL.model_name}`);
  await audit(call, id, system);
  await promote(call);
  await sleep(started + KEYS_AGAIN_MS - Date.now());
  recorder.down.add(endpoints.firehose);
  await call(200, 'POST', '/v1/predictions', { model: MODEL, client: { id: 1 } });
  t.equal(await orchestrator.stop(), 0);
  t.equal(await model.stop(), 0);
  return recorder;
}
