import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';

export type Files = Record<string, Uint8Array>;

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The number that the next version gets. */
export async function nextVersion(root: string, model: string): Promise<string> {
  return String(Number((await new FolderRegistry(root).versions(model)).at(-1) ?? 0) + 1);
}

/**
 * Writes a version whole or not at all: into a hidden folder, onto the disk, then under its name.
 * @returns the version's folder
 * @throws StartupError where that version exists
 */
export async function writeVersion(
  root: string,
  model: string,
  version: string,
  files: Files,
): Promise<string> {
  const parent = join(root, model);
  const folder = join(parent, version);
  const temporary = join(parent, `.${version}-${randomUUID()}`);
  await mkdir(temporary, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(files)) await writeSynced(join(temporary, name), bytes);
    await sync(temporary);
    // onto a folder that holds something, rename fails
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw new StartupError(`${model} version ${version} exists, and versions never change`);
    throw error;
  }
  await sync(parent);
  return folder;
}

/** The first version of a model becomes its champion. @returns whether it did */
export async function nameFirstChampion(root: string, model: string, version: string): Promise<boolean> {
  const registry = new FolderRegistry(root);
  if (await registry.aliases(model)) return false;
  return registry.append(model, 1, {
    champion: version,
    shadows: [],
    changed_at: new Date().toISOString(),
    changed_by: 'train',
    reason: 'the first version of the model',
  });
}
