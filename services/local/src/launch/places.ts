import { join } from 'node:path';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import type { Places } from './prepare.ts';
import { publishArtifacts } from './publish-artifacts.ts';

/** The registry that local mode serves and promotes in. */
export const registryIn = (dataDir: string): string => join(dataDir, 'model-artifacts');

export const placesIn = (dataDir: string): Places => ({
  apiKeyFile: join(dataDir, 'api-key'),
  serviceKeyFile: join(dataDir, 'service-key'),
  async publish(committed) {
    await publishArtifacts(committed, registryIn(dataDir));
    return new FolderRegistry(registryIn(dataDir));
  },
});
