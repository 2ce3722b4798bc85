import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVARS } from '@tristore/common/envars.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { freePort } from '../../common/test/free-port.ts';
import { writeNetworks } from '../../model/bench/networks.ts';
import { PinnedProcess } from '../../model/bench/pinned-process.ts';
import { KEY } from './requests.ts';

export const MODELS = ['plain', 'credit-default'] as const;
export type ModelName = (typeof MODELS)[number];
export type Acknowledgement = 'disk' | 'firehose';

export interface Chain {
  /** What is asked. */
  front: PinnedProcess;
  /** All whose CPU counts: the front and its model server. */
  processes: PinnedProcess[];
}

export interface Servers {
  echo: PinnedProcess;
  naive: Record<ModelName, Chain>;
  ours: Record<Acknowledgement, Chain>;
  /** Ports of what the chains depend on. */
  dependencies: { aws: number; model: number };
  stop(): Promise<void>;
}

/** Everything that the bench measures, on one core; the stand-in for AWS is with the generator on the others. */
export async function startServers(args: string[] = []): Promise<Servers> {
  const root = await mkdtemp(join(tmpdir(), 'tristore-bench-'));
  const registry = join(root, 'models');
  await writeNetworks(registry);
  const opened = await openRegistry(registry);
  const manifests = await Promise.all(MODELS.map((model) => readManifest(opened, model, '1')));
  // whole numbers as in the real data, 0 for a category
  const views = Object.fromEntries(
    manifests.flatMap(({ feature_views }) =>
      feature_views.map((view) => [
        view.name,
        Object.fromEntries(view.columns.map(({ name, range }, i) => [name, range?.min ?? i + 1])),
      ]),
    ),
  );
  const started: PinnedProcess[] = [];
  const start = async (program: URL, environment: Record<string, string> = {}, more: string[] = []) => {
    const port = await freePort();
    const server = new PinnedProcess(
      program,
      port,
      { [ENVARS.HOST]: '127.0.0.1', [ENVARS.PORT]: String(port), ...environment },
      more,
    );
    started.push(server);
    return server;
  };
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    await rm(root, { recursive: true, force: true });
  };

  const aws = await start(new URL('./aws-stand-in.ts', import.meta.url), {
    BENCH_VIEWS: JSON.stringify(views),
  });
  aws.unpin();
  const model = await start(
    new URL('../../model/src/main.ts', import.meta.url),
    { [ENVARS.REGISTRY]: registry, [ENVARS.SERVICE_KEY]: KEY, [ENVARS.MAX_EVENT_LOOP_DELAY_MS]: '60000' },
    args,
  );
  const common = {
    [ENVARS.AWS_REGION]: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    [ENVARS.AWS_ENDPOINT_URL_DYNAMODB]: `http://127.0.0.1:${aws.port}`,
    [ENVARS.AWS_ENDPOINT_URL_FIREHOSE]: `http://127.0.0.1:${aws.port}`,
    [ENVARS.MODEL_SERVER_URL]: `http://127.0.0.1:${model.port}`,
    [ENVARS.SERVICE_KEY]: KEY,
  };
  const chain = async (program: string, environment: Record<string, string>, more: string[] = []) => {
    const front = await start(new URL(program, import.meta.url), { ...common, ...environment }, more);
    return { front, processes: [front, model] };
  };
  const naive = (index: number) =>
    chain('./naive.ts', {
      BENCH_FEATURES: JSON.stringify(manifests[index]?.signature.features.map(({ name }) => name)),
    });
  const ours = (acknowledgement: Acknowledgement) =>
    chain(
      '../src/main.ts',
      {
        [ENVARS.REGISTRY]: registry,
        [ENVARS.MAX_EVENT_LOOP_DELAY_MS]: '60000',
        [ENVARS.EVALUATION_ACK]: acknowledgement,
        [ENVARS.SPOOL_DIR]: join(root, `spool-${acknowledgement}`),
      },
      args,
    );
  try {
    const servers = {
      echo: await start(new URL('../../model/bench/echo.ts', import.meta.url)),
      naive: { plain: await naive(0), 'credit-default': await naive(1) },
      ours: { disk: await ours('disk'), firehose: await ours('firehose') },
      dependencies: { aws: aws.port, model: model.port },
      stop,
    };
    await Promise.all(started.map((server) => server.listening()));
    return servers;
  } catch (error) {
    await stop();
    throw error;
  }
}
