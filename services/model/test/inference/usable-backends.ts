import { StartupError } from '@tristore/common/errors.ts';
import { type BackendName, chooseBackend } from '../../src/inference/backend.ts';

async function works(name: BackendName): Promise<boolean> {
  try {
    return (await chooseBackend(name, 'serving')).name === name;
  } catch (error) {
    if (name === 'tensorflow' && error instanceof StartupError && /tfjs-node/.test(error.message))
      return false;
    throw error;
  }
}

/** The backends that work here: wasm and cpu always, the native one where its library is. */
export async function usableBackends(): Promise<BackendName[]> {
  const names: BackendName[] = [];
  for (const name of ['wasm', 'cpu', 'tensorflow'] as const) if (await works(name)) names.push(name);
  return names;
}
