import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for what is to happen within 5 s. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await sleep(10);
  if (!condition()) throw new Error('it did not happen within 5 s');
}
