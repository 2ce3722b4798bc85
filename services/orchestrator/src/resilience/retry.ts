import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 20;
const MOST_MS = 200;

/**
 * Calls again while the error may pass, after a random time that grows: the one layer of retries on the way.
 * @param signal ends the waiting: then the last error is thrown
 */
export async function retrying<T>(
  call: () => Promise<T>,
  options: { attempts: number; mayPass(error: unknown): boolean; signal: AbortSignal },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= options.attempts || options.signal.aborted || !options.mayPass(error)) throw error;
      const most = Math.min(FIRST_MS * 2 ** (attempt - 1), MOST_MS);
      await sleep(most * (0.5 + Math.random() / 2), undefined, { signal: options.signal }).catch(() => {
        throw error;
      });
    }
  }
}
