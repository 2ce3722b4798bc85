import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Who is using a loaded version, so that it is freed only when the last use has ended. Whoever was handed the version
 * in this turn of the event loop, and begins to use it there, is waited for.
 */
export class Uses {
  #count = 0;
  #idle: (() => void) | undefined;

  /** Uses the version for as long as the work takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await work();
    } finally {
      if (--this.#count === 0) this.#idle?.();
    }
  }

  /** Resolves when no use is under way. */
  async ended(): Promise<void> {
    await nextTurn();
    while (this.#count > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      await nextTurn();
    }
  }
}
