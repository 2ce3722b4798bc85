import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { storeApiKey } from '@tristore/common/auth/api-keys.ts';
import { SCOPES } from '@tristore/common/auth/principal.ts';
import { ENVARS } from '@tristore/common/envars.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { BUCKETS, FIREHOSE_BUFFER_SECONDS, TABLES } from '@tristore/common/resources.ts';
import { createResources } from '../create-resources.ts';
import { DEFAULT_DATA_FOLDER } from '../data-folder.ts';
import { startEmbedded } from '../embedded.ts';
import { banner } from './banner.ts';
import { ChildService } from './child-service.ts';
import { checkPort } from './free-port.ts';
import { keptKey } from './keys.ts';
import type { LaunchOptions } from './options.ts';
import { publishArtifacts } from './publish-artifacts.ts';
import { declareViews, loadClients } from './seed.ts';
import { delivered, predictOnce } from './self-test.ts';
import { stopOnSignal } from './stop.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const REGION = 'us-east-1';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Starts the whole system, prints how to go on, and stops it in order at a signal. @throws StartupError */
export async function launch(options: LaunchOptions): Promise<void> {
  const start = performance.now();
  const { dataDir, orchestratorPort, modelPort } = options;
  if (orchestratorPort === modelPort)
    throw new StartupError(`--orchestrator-port and --model-port are both ${modelPort}`);
  await checkPort('orchestrator', orchestratorPort);
  await checkPort('model', modelPort);
  await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });

  say('starting DynamoDB, Firehose, S3 and SNS on loopback');
  const embedded = await startEmbedded({ dataDir });
  const stop = stopOnSignal(say, () => embedded.close());
  try {
    await createResources(embedded.endpoints);
    const client = new DynamoDBClient({
      endpoint: embedded.endpoints.dynamodb,
      region: REGION,
      credentials: CREDENTIALS,
    });
    const key = options.key ?? (await keptKey(join(dataDir, 'api-key'), 'ts'));
    await storeApiKey(client, TABLES.state.name, key, { name: 'local', scopes: SCOPES });

    const registryDir = join(dataDir, 'model-artifacts');
    await publishArtifacts(join(ROOT, 'model-artifacts'), registryDir);
    await declareViews(client, new FolderRegistry(registryDir));
    const loaded = await loadClients(client);
    if (loaded) say(`loaded ${loaded} synthetic clients`);
    client.destroy();

    const serviceKey = await keptKey(join(dataDir, 'service-key'), 'service');
    const service = (name: string, port: number, readyPath: string, environment: Record<string, string>) =>
      new ChildService({
        name,
        program: new URL(`../../../${name}/src/main.ts`, import.meta.url),
        readyUrl: `http://127.0.0.1:${port}${readyPath}`,
        logFile: join(dataDir, 'logs', `${name}.log`),
        environment: {
          [ENVARS.PORT]: String(port),
          [ENVARS.HOST]: '127.0.0.1',
          [ENVARS.REGISTRY]: registryDir,
          [ENVARS.SERVICE_KEY]: serviceKey,
          [ENVARS.STATE_TABLE]: TABLES.state.name,
          [ENVARS.AWS_REGION]: REGION,
          [ENVARS.AWS_ENDPOINT_URL_DYNAMODB]: embedded.endpoints.dynamodb,
          [ENVARS.AWS_ENDPOINT_URL_FIREHOSE]: embedded.endpoints.firehose,
          [ENVARS.AWS_ENDPOINT_URL_S3]: embedded.endpoints.s3,
          AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
          ...environment,
        },
      });
    const modelUrl = `http://127.0.0.1:${modelPort}`;
    const orchestratorUrl = `http://127.0.0.1:${orchestratorPort}`;

    say('starting the model server');
    const model = service('model', modelPort, '/v2/health/ready', {});
    stop.add(model);
    await model.ready();

    say('starting the orchestrator');
    const orchestrator = service('orchestrator', orchestratorPort, '/health/ready', {
      [ENVARS.MODEL_SERVER_URL]: modelUrl,
      [ENVARS.SPOOL_DIR]: join(dataDir, 'spool'),
    });
    stop.add(orchestrator);
    await orchestrator.ready();

    const tested = await predictOnce(orchestratorUrl, key);
    await delivered(orchestratorUrl);
    await embedded.flush();
    stop.watch();
    const data = relative(ROOT, dataDir) === DEFAULT_DATA_FOLDER ? '' : ` -- --data ${dataDir}`;
    say(
      banner({
        ...tested,
        orchestratorUrl,
        modelUrl,
        key,
        dataDir,
        recordsDir: join(dataDir, 's3', BUCKETS.evaluation),
        queryCommand: `npm run query${data}`,
        bufferSeconds: FIREHOSE_BUFFER_SECONDS,
        readySeconds: (performance.now() - start) / 1000,
      }),
    );
  } catch (error) {
    await stop.now();
    throw error;
  }
}
