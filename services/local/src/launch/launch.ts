import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import { BUCKETS, FIREHOSE_BUFFER_SECONDS } from '@tristore/common/resources.ts';
import { DEFAULT_DATA_FOLDER } from '../data-folder.ts';
import { startEmbedded } from '../embedded.ts';
import { banner } from './banner.ts';
import { checkPort } from './free-port.ts';
import { keepEndpoints } from './kept-endpoints.ts';
import { lockFolder } from './lock.ts';
import type { LaunchOptions } from './options.ts';
import { placesIn, registryIn } from './places.ts';
import { prepare } from './prepare.ts';
import { delivered, predictOnce } from './self-test.ts';
import { startModel, startOrchestrator } from './services.ts';
import { stopOnSignal } from './stop.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Starts the whole system, prints how to go on, and stops it in order at a signal. @throws StartupError */
export async function launch(options: LaunchOptions): Promise<void> {
  const { dataDir, orchestratorPort, modelPort } = options;
  if (orchestratorPort === modelPort)
    throw new StartupError(`--orchestrator-port and --model-port are both ${modelPort}`);
  await checkPort('orchestrator', orchestratorPort);
  await checkPort('model', modelPort);
  await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(dataDir);

  say('starting DynamoDB, Firehose, S3 and SNS on loopback');
  const embedded = await startEmbedded({ dataDir });
  const stop = stopOnSignal(say, () => embedded.close().finally(unlock));
  try {
    const { endpoints } = embedded;
    await keepEndpoints(dataDir, endpoints);
    const prepared = await prepare(placesIn(dataDir), endpoints, options.key);
    const registryDir = registryIn(dataDir);
    const facts = { dataDir, registryDir, endpoints, prepared, orchestratorPort, modelPort };

    say('starting the model server');
    const model = stop.add(startModel(facts));
    const loaded = await prepared.loadClients();
    if (loaded) say(`loaded ${loaded} synthetic clients`);
    await model.ready();

    say('starting the orchestrator');
    const orchestrator = stop.add(startOrchestrator(facts));
    await orchestrator.ready();
    stop.watch();

    const tested = await predictOnce(orchestrator.url, prepared.key);
    // what an earlier run left behind is found by a query from the first moment on
    await delivered(orchestrator.url);
    await embedded.flush();
    const data = dataDir === resolve(DEFAULT_DATA_FOLDER) ? '' : ` -- --data ${dataDir}`;
    say(
      banner({
        ...tested,
        orchestratorUrl: orchestrator.url,
        modelUrl: model.url,
        key: prepared.key,
        dataDir,
        recordsDir: join(dataDir, 's3', BUCKETS.evaluation),
        queryCommand: `npm run query${data}`,
        bufferSeconds: FIREHOSE_BUFFER_SECONDS,
        readySeconds: performance.now() / 1000,
      }),
    );
  } catch (error) {
    await stop.now();
    throw error;
  }
}
