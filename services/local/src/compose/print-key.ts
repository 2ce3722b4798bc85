import { readFile } from 'node:fs/promises';
import { StartupError } from '@tristore/common/errors.ts';
import { PLACES } from './places.ts';

/** @throws StartupError where `init` made none yet */
export async function printKey(): Promise<void> {
  const key = await readFile(PLACES.apiKeyFile, 'utf8').catch(() => undefined);
  if (!key) throw new StartupError('there is no key yet: docker compose up makes it');
  process.stdout.write(key);
}
