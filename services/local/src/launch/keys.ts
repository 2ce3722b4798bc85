import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';

/** The key kept in a file (mode 0600); made at the first start. */
export async function keptKey(file: string, prefix: string): Promise<string> {
  try {
    const kept = (await readFile(file, 'utf8')).trim();
    // a crash in the middle of the write leaves an empty file
    if (kept) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = `${prefix}_${randomBytes(24).toString('base64url')}`;
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return key;
}
