import { fileURLToPath } from 'node:url';
import { StartupError } from '../errors.ts';
import { FolderRegistry } from './folder-registry.ts';
import type { Registry } from './registry.ts';

/** Opens the registry that a `file:` URL or a folder's path names. @throws StartupError */
export function openRegistry(location: string): Registry {
  if (location.startsWith('file:')) return new FolderRegistry(fileURLToPath(location));
  if (/^[a-z0-9]+:/i.test(location))
    throw new StartupError(`REGISTRY: ${location} is neither a folder nor a file: URL`);
  return new FolderRegistry(location);
}
