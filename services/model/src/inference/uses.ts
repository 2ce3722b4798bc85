import { setImmediate as nextTurn } from 'node:timers/promises';

/** What can be freed. */
interface Used {
  readonly uses: Uses;
}

/** Makes what is done with a version a use of it, from the queue to the answer. No closure: it is on every path. */
export function untilAnswered<V extends Used, C, T>(
  work: (version: V, call: C) => Promise<T>,
): (version: V, call: C) => Promise<T> {
  return async (version, call) => {
    version.uses.begin();
    try {
      return await work(version, call);
    } finally {
      version.uses.end();
    }
  };
}

/**
 * Who is using a loaded version, so that it is freed only when the last use has ended. Whoever was handed the version
 * in this turn of the event loop, and begins to use it there, is waited for.
 */
export class Uses {
  #count = 0;
  #idle: (() => void) | undefined;

  /** To be followed by one `end`, whatever becomes of the use. */
  begin(): void {
    this.#count++;
  }

  end(): void {
    if (--this.#count === 0) this.#idle?.();
  }

  /** Uses the version for as long as the work takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.begin();
    try {
      return await work();
    } finally {
      this.end();
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
