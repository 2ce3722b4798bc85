import { readFile } from 'node:fs/promises';
import { StartupError } from '@tristore/common/errors.ts';
import { API_KEY_FILE } from './key-files.ts';

/** @throws StartupError where `init` made none yet */
export async function printKey(): Promise<void> {
  const key = await readFile(API_KEY_FILE, 'utf8').catch(() => undefined);
  if (!key) throw new StartupError('there is no key yet: docker compose up makes it');
  process.stdout.write(key);
}
