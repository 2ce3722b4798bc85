import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVARS } from '@tristore/common/envars.ts';
import { freePort } from '../../common/test/free-port.ts';
import { type Case, casesOf } from './cases.ts';
import { writeNetworks } from './networks.ts';
import { PinnedProcess } from './pinned-process.ts';

export const KEY = 'key-of-the-bench';

export interface Servers {
  echo: PinnedProcess;
  model: PinnedProcess;
  cases: Case[];
  stop(): Promise<void>;
}

/**
 * The echo, and the model server as it is deployed (keys, log at its default level, metrics) with the plain network
 * and the published champion.
 * @param args for the model server's Node, such as --cpu-prof
 */
export async function startServers(args: string[] = []): Promise<Servers> {
  const root = await mkdtemp(join(tmpdir(), 'tristore-bench-'));
  const registry = join(root, 'models');
  const networks = await writeNetworks(registry);

  const echo = new PinnedProcess(new URL('./echo.ts', import.meta.url), await freePort());
  const port = await freePort();
  const model = new PinnedProcess(
    new URL('../src/main.ts', import.meta.url),
    port,
    {
      [ENVARS.HOST]: '127.0.0.1',
      [ENVARS.PORT]: String(port),
      [ENVARS.REGISTRY]: registry,
      [ENVARS.SERVICE_KEY]: KEY,
      // on a machine with other work the server may lag for long, and a refusal is not what is measured
      [ENVARS.MAX_EVENT_LOOP_DELAY_MS]: '60000',
    },
    args,
  );
  const stop = async () => {
    await Promise.all([echo.stop(), model.stop()]);
    await rm(root, { recursive: true });
  };
  try {
    await Promise.all([echo.listening(), model.listening()]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    echo,
    model,
    cases: networks.flatMap(({ model, width }) => casesOf(model, width, KEY)),
    stop,
  };
}
