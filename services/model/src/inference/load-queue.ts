import { TristoreError } from '@tristore/common/errors.ts';

/** Loads that requests wait for; more are refused. */
const MAX_WAITING = 16;

/** Loads one version at a time: each blocks the thread for some milliseconds, and holds memory beside the old ones. */
export class LoadQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @param work begins when all before it have ended, well or badly
   * @param urgent is never refused
   * @throws TristoreError overloaded, where too many wait
   */
  run<T>(work: () => Promise<T>, urgent = false): Promise<T> {
    if (!urgent && this.#waiting >= MAX_WAITING)
      return Promise.reject(
        new TristoreError('overloaded', 'too many versions wait to be loaded', { retryAfter: 1 }),
      );
    this.#waiting++;
    const mine = this.#last.then(work).finally(() => {
      this.#waiting--;
    });
    this.#last = mine.catch(() => {});
    return mine;
  }
}
