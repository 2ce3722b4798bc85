import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { NoSuchFileError, type VersionFiles } from '@tristore/common/registry/registry.ts';

/** One version in a folder that need not lie in a registry. */
export interface VersionFolder {
  files: VersionFiles;
  model: string;
  version: string;
}

/** What a manifest calls itself, where it can be read at all; what is wrong with it shows when it is checked. */
async function named(folder: string): Promise<{ model_name?: unknown; model_version?: unknown }> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
}

/** Its names are the manifest's, else those of the folder and the one above, as in a registry. */
export async function openFolder(path: string): Promise<VersionFolder> {
  const folder = resolve(path);
  const { model_name: model, model_version: version } = await named(folder);
  return {
    files: {
      read: (_model, _version, file) =>
        readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
          throw new NoSuchFileError(`there is no ${join(path, file)}`, { cause: error });
        }),
    },
    model: typeof model === 'string' ? model : basename(dirname(folder)),
    version: typeof version === 'string' ? version : basename(folder),
  };
}
