import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';

/** Whether a process of this number is there. */
export const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Takes the data folder for this process; a lock that a dead process left is taken over.
 * @returns what gives it back
 * @throws StartupError where a running process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'lock');
  const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (holder && holder !== process.pid && runs(holder))
    throw new StartupError(`${folder} is in use by process ${holder}`);
  await writeFile(file, String(process.pid));
  return () => rm(file, { force: true });
}
