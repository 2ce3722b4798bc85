import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Copies a folder whole or not at all; what is there already stays. */
async function copyOnce(from: string, to: string): Promise<void> {
  if (await exists(to)) return;
  const temporary = `${to}.part`;
  await rm(temporary, { recursive: true, force: true });
  await cp(from, temporary, { recursive: true });
  await rename(temporary, to);
}

/**
 * Publishes the committed versions into the registry that local mode serves and promotes in; a model without aliases
 * there gets the committed ones.
 */
export async function publishArtifacts(from: string, to: string): Promise<void> {
  const committed = new FolderRegistry(from);
  const served = new FolderRegistry(to);
  for (const model of await committed.models()) {
    await mkdir(join(to, model), { recursive: true });
    for (const version of await committed.versions(model))
      await copyOnce(join(from, model, version), join(to, model, version));
    if (await served.aliases(model)) continue;
    const aliases = join(from, model, 'aliases');
    if ((await exists(aliases)) && (await readdir(aliases)).length) {
      await rm(join(to, model, 'aliases'), { recursive: true, force: true });
      await copyOnce(aliases, join(to, model, 'aliases'));
    }
  }
}
