import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { StartupError } from '@tristore/common/errors.ts';

/** @throws StartupError for a chosen key that would not travel in a header */
export function checkKey(key: string | undefined): void {
  if (key !== undefined && !/^[\x21-\x7e]{1,256}$/.test(key))
    throw new StartupError('--key: 1 to 256 printable characters without spaces');
}

/** The key kept in a file (mode 0600); made at the first start. */
export async function keptKey(file: string, prefix: string): Promise<string> {
  try {
    const kept = (await readFile(file, 'utf8')).trim();
    // a crash in the middle of the write leaves an empty file
    if (kept) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return keepKey(file, `${prefix}_${randomBytes(24).toString('base64url')}`);
}

/** Writes a key for its owner's eyes only (mode 0600). */
export async function keepKey(file: string, key: string): Promise<string> {
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return key;
}
