import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { SET_ASIDE } from './set-aside.ts';

/** A replica's folder, held by a lock that the kernel ends with the process, however that ends. */
export interface SpoolFolder {
  path: string;
  /** Gives it back as it is, for the next process. */
  release(): Promise<void>;
  /** Deletes it and all that is in it. */
  remove(): Promise<void>;
}

/** Claims one folder. @returns undefined where a living process holds it, or where it has gone */
export async function claim(path: string): Promise<SpoolFolder | undefined> {
  const lockPath = join(path, 'lock');
  let file: FileHandle;
  try {
    file = await open(lockPath, 'a', 0o600);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const held = tryLock(file.fd);
  // whoever held it may have deleted it between our open and our lock, which then locks a file without a name
  const named = held && (await stat(lockPath).catch(() => undefined))?.ino === (await file.stat()).ino;
  if (!named) {
    await file.close();
    return undefined;
  }
  return {
    path,
    release: () => file.close(),
    async remove() {
      await rm(path, { recursive: true, force: true });
      await file.close();
    },
  };
}

/** Claims every folder below `root` that no living process holds: those of the dead. */
export async function claimAbandoned(root: string, most = Number.POSITIVE_INFINITY): Promise<SpoolFolder[]> {
  const claimed: SpoolFolder[] = [];
  for (const name of await listFolders(root)) {
    if (claimed.length >= most) break;
    const folder = await claim(join(root, name));
    if (folder) claimed.push(folder);
  }
  return claimed;
}

/** The names of the replicas' folders below `root`. */
export async function listFolders(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== SET_ASIDE)
    .map(({ name }) => name)
    .sort();
}

/** Whether a living process holds the folder. */
export async function isHeld(path: string): Promise<boolean> {
  const folder = await claim(path);
  await folder?.release();
  return !folder;
}

/** A folder for this process alone: one that a dead process left, with all that waits in it, or a new one. */
export async function claimOwn(root: string): Promise<SpoolFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const [left] = await claimAbandoned(root, 1);
  return left ?? makeOwn(root);
}

/** A new folder for this process alone. */
export async function makeOwn(root: string): Promise<SpoolFolder> {
  for (;;) {
    const path = join(root, `${hostname()}-${randomUUID().slice(0, 8)}`);
    await mkdir(path, { recursive: true, mode: 0o700 });
    // another replica may have taken the new folder for a dead one's
    const folder = await claim(path);
    if (folder) return folder;
  }
}
