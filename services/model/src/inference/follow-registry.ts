import { setTimeout as wait } from 'node:timers/promises';
import type { Catalogue } from './catalogue.ts';

/**
 * Lets the catalogue look at the registry again and again, the next time `intervalMs` after the last has ended.
 * @returns stops it
 */
export function followRegistry(catalogue: Catalogue, intervalMs: number): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const run = async () => {
    for (;;) {
      await wait(intervalMs, undefined, { signal, ref: false });
      // the catalogue tells its listeners what went wrong
      await catalogue.follow().catch(() => {});
    }
  };
  run().catch(() => {}); // that it was stopped
  return () => stopped.abort();
}
