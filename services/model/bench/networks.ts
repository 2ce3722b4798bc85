import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { PLAIN_WIDTH, writePlainNetwork } from './plain-network.ts';

const CHAMPION = 'credit-default';
const ARTIFACTS = fileURLToPath(new URL('../../../model-artifacts', import.meta.url));

/** A network that is measured. */
export interface Network {
  model: string;
  version: string;
  /** Inputs of one row. */
  width: number;
}

/** Writes a registry with the plain network and the published champion. */
export async function writeNetworks(folder: string): Promise<Network[]> {
  await cp(join(ARTIFACTS, CHAMPION), join(folder, CHAMPION), { recursive: true });
  await writePlainNetwork(folder);
  const registry = await openRegistry(folder);
  const version = (await registry.aliases(CHAMPION))?.state.champion;
  if (!version) throw new Error(`${CHAMPION} has no champion`);
  const { signature } = await readManifest(registry, CHAMPION, version);
  return [
    { model: 'plain', version: '1', width: PLAIN_WIDTH },
    { model: CHAMPION, version, width: signature.features.length },
  ];
}
