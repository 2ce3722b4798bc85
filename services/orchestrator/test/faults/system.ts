import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { hashKey } from '@tristore/common/auth/hash-key.ts';
import { SCOPES } from '@tristore/common/auth/principal.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { createResources } from '@tristore/local/create-resources.ts';
import { startEmbedded } from '@tristore/local/embedded.ts';
import type { Test } from 'tap';
import { ServiceProcess } from '../../../common/test/service-process.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { rowsOf } from '../../../local/test/firehose/stored.ts';
import { DynamoDbFeatureStore } from '../../src/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '../../src/feature-store/dynamodb-view-store.ts';
import { CLIENT } from '../build.ts';
import { REGISTRY } from '../registry.ts';
import { KEPT_RECORD, type KeptRecord } from './kept-records.ts';
import { CLIENTS, KEY } from './load.ts';
import { TcpProxy } from './tcp-proxy.ts';

const ORCHESTRATOR = new URL('../../src/main.ts', import.meta.url);
const MODEL = new URL('../../../model/src/main.ts', import.meta.url);
const SERVICE_KEY = 'service-key-of-the-fault-tests';

/** Makes the key, the views and some clients. */
async function fill(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(
    new PutItemCommand({
      TableName: TABLES.state.name,
      Item: {
        pk: { S: `api-key#${hashKey(KEY)}` },
        name: { S: 'test' },
        scopes: { SS: [...SCOPES] },
        requests_per_minute: { N: '0' },
      },
    }),
  );
  const views = new DynamoDbViewStore(client, TABLES.state.name);
  const manifest = await readManifest(new FolderRegistry(REGISTRY), 'credit-default', '1');
  for (const view of manifest.feature_views) await views.put(view, undefined);
  const features = new DynamoDbFeatureStore({ client, table: TABLES.features.name });
  for (let id = 1; id <= CLIENTS; id++)
    await features.write(
      { view: 'credit-default', id: String(id) },
      { values: CLIENT, eventTime: new Date() },
    );
  client.destroy();
}

export interface RunningModel {
  model: ServiceProcess;
  url: string;
}

export async function startModel(t: Test): Promise<RunningModel> {
  const model = new ServiceProcess(t, MODEL, { REGISTRY, SERVICE_KEY });
  return { model, url: await model.listening() };
}

/**
 * The real services as processes, on the embedded AWS, with a proxy before each thing that they depend on.
 * @param given a model server that several systems share
 */
export async function startSystem(t: Test, given: { model?: RunningModel | undefined } = {}) {
  const dataDir = testFolder(t);
  const embedded = await startEmbedded({ dataDir, firehoseBufferSeconds: 600 });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= embedded.close();
    return closed;
  };
  t.teardown(close);
  await createResources(embedded.endpoints);
  await fill(embedded.endpoints.dynamodb);
  const first = given.model ?? (await startModel(t));
  const proxies = {
    dynamodb: await TcpProxy.before(t, embedded.endpoints.dynamodb),
    firehose: await TcpProxy.before(t, embedded.endpoints.firehose),
    model: await TcpProxy.before(t, first.url),
  };
  const services: ServiceProcess[] = [];
  const orchestrator = async (environment: Record<string, string> = {}, wrapper: readonly string[] = []) => {
    const service = new ServiceProcess(
      t,
      ORCHESTRATOR,
      {
        REGISTRY,
        SERVICE_KEY,
        SPOOL_DIR: join(dataDir, 'spool'),
        MODEL_SERVER_URL: proxies.model.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_DYNAMODB: proxies.dynamodb.url,
        AWS_ENDPOINT_URL_FIREHOSE: proxies.firehose.url,
        ...environment,
      },
      wrapper,
    );
    services.push(service);
    return { service, url: await service.listening() };
  };
  /** Ends the orchestrators that run, in order, so that they deliver what they hold. */
  const stopAll = () => Promise.all(services.map((service) => service.stop()));
  /** Everything that Firehose took, as rows; it takes no more. */
  const kept = async () => {
    await close();
    return (await rowsOf(dataDir, 'prediction_records', KEPT_RECORD)) as unknown as KeptRecord[];
  };
  /** Settings that leave the proxies out, for who measures: they run in this process. */
  const direct = {
    MODEL_SERVER_URL: first.url,
    AWS_ENDPOINT_URL_DYNAMODB: embedded.endpoints.dynamodb,
    AWS_ENDPOINT_URL_FIREHOSE: embedded.endpoints.firehose,
  };
  return {
    dataDir,
    direct,
    endpoints: embedded.endpoints,
    proxies,
    model: first.model,
    startModel: () => startModel(t),
    orchestrator,
    stopAll,
    kept,
  };
}
