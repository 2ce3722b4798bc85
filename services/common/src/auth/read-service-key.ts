import { readFileSync } from 'node:fs';
import { ENVARS } from '../envars.ts';
import { StartupError } from '../errors.ts';

interface ServiceKeySettings {
  SERVICE_KEY?: string;
  SERVICE_KEY_FILE?: string;
}

/** Settings with the service key read from its file, where one is named. @throws StartupError naming the variable */
export function readServiceKey<T extends ServiceKeySettings>(settings: T): Omit<T, 'SERVICE_KEY_FILE'> {
  const { SERVICE_KEY_FILE: file, ...rest } = settings;
  if (!file) return rest;
  try {
    return { ...rest, SERVICE_KEY: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    throw new StartupError(`${ENVARS.SERVICE_KEY_FILE}: ${(error as Error).message}`);
  }
}
