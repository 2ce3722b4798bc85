import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { segmentPath } from '../segment-files.ts';
import { SET_ASIDE } from '../set-aside.ts';
import { listUndelivered } from '../undelivered.ts';
import type { RescueStore } from './rescue-store.ts';

/** Segments that are on their way at once. */
const PARALLEL = 4;

/** Runs tasks, a few at a time; the first error ends it. */
async function runAll(tasks: (() => Promise<void>)[]): Promise<void> {
  const workers = Array.from({ length: PARALLEL }, async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) await task();
  });
  await Promise.all(workers);
}

/**
 * Copies what a replica's folder holds undelivered into the store, under a name of its own each time: what a process
 * that was cut off copied before stays, and is delivered twice. Removes each segment once it is there.
 * @throws where a part could not be copied; what was not, is where it was
 */
export async function rescueSegments(
  replica: string,
  store: RescueStore,
  signal: AbortSignal,
): Promise<{ segments: number; bytes: number }> {
  const name = `${basename(replica)}-${randomUUID().slice(0, 8)}`;
  const found = listUndelivered(replica);
  const tasks = found.map(({ stream, folder, segment, offset }) => async () => {
    const file = segmentPath(folder, segment);
    const bytes = (await readFile(file)).subarray(offset);
    await store.put(`${name}/${stream}/${basename(file)}`, bytes, signal);
    await rm(file);
  });
  await runAll(tasks);
  return {
    segments: found.length,
    bytes: found.reduce((total, { offset, bytes }) => total + bytes - offset, 0),
  };
}

/** The same for what was set aside on this disk. */
export async function rescueSetAside(root: string, store: RescueStore, signal: AbortSignal): Promise<number> {
  const folder = join(root, SET_ASIDE);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'));
  await runAll(
    files.map((entry) => async () => {
      const file = join(entry.parentPath, entry.name);
      await store.put(
        [SET_ASIDE, basename(dirname(file)), entry.name].join('/'),
        await readFile(file),
        signal,
      );
      await rm(file, { force: true });
    }),
  );
  return files.length;
}
