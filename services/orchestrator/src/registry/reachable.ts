import { TristoreError } from '@tristore/common/errors.ts';
import { UnreachableRegistryError } from '@tristore/common/registry/registry.ts';

/** The outcome of work on the registry. @throws TristoreError registry_unavailable where the registry does not answer */
export async function reachable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UnreachableRegistryError)) throw error;
    throw new TristoreError('registry_unavailable', 'the registry does not answer', {
      retryAfter: 1,
      cause: error,
    });
  }
}
