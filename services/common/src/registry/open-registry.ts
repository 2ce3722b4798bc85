import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '../errors.ts';
import { FolderRegistry } from './folder-registry.ts';
import type { Registry } from './registry.ts';

export interface RegistryOptions {
  /** Whether S3 is behind an endpoint of its own: an emulator, which takes the bucket's name in the path alone. */
  s3PathStyle?: boolean;
}

/** Opens the registry that an `s3:` or `file:` URL or a folder's path names. @throws StartupError */
export async function openRegistry(location: string, options: RegistryOptions = {}): Promise<Registry> {
  if (location.startsWith('s3:')) {
    // only whoever needs it waits for S3's client to load
    const { openS3Registry } = await import('./open-s3-registry.ts');
    return openS3Registry(location, { pathStyle: options.s3PathStyle ?? false });
  }
  if (/^[a-z0-9]+:/i.test(location) && !location.startsWith('file:'))
    throw new StartupError(`REGISTRY: ${location} is neither a folder nor a file: or s3: URL`);
  const folder = location.startsWith('file:') ? fileURLToPath(location) : location;
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new StartupError(`REGISTRY: there is no folder ${folder}`);
  return new FolderRegistry(folder);
}
