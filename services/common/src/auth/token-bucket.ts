/**
 * A bucket that holds the requests of one minute and fills evenly: a caller may use its minute at once, and over a
 * long time makes no more than the limit. A batch may put it into debt, which the requests after it wait for.
 */
export class TokenBucket {
  /** Requests a minute. */
  readonly limit: number;
  #tokens: number;
  #filledAt: number;

  /** @param now milliseconds, of a clock that never goes back */
  constructor(limit: number, now: number) {
    this.limit = limit;
    this.#tokens = limit;
    this.#filledAt = now;
  }

  /** Takes one. @returns whether there was one */
  take(now: number): boolean {
    this.#tokens = Math.min(this.limit, this.#tokens + ((now - this.#filledAt) * this.limit) / 60_000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes more for a request that was let in, also into debt. */
  charge(tokens: number): void {
    this.#tokens -= tokens;
  }

  /** Whole requests that could be made at once. */
  get remaining(): number {
    return Math.max(0, Math.floor(this.#tokens));
  }

  /** Whole seconds until it holds `tokens`. */
  secondsUntil(tokens: number): number {
    return Math.max(0, Math.ceil(((tokens - this.#tokens) * 60) / this.limit));
  }
}
