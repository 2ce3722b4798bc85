/**
 * Milliseconds between two calls that are not full. A call costs as much CPU as a hundred records in it, and whoever
 * reads the stream waits a minute for its buffer anyway.
 */
const PAUSE_MS = 100;
const BACKOFF_MS = { first: 100, most: 5_000 };

/** When the next delivery may go: at once after a pause, after a while that grows where the last one failed. */
export class DeliveryPace {
  #notBefore = 0;
  #backoff = 0;
  #wake: (() => void) | undefined;

  /** Whether the wait is for company and no more, so that there may be reasons to end it. */
  get mayHurry(): boolean {
    return this.#backoff === 0;
  }

  went(now: number): void {
    this.#backoff = 0;
    this.#notBefore = now + PAUSE_MS;
  }

  failed(now: number): void {
    this.#backoff = Math.min(Math.max(this.#backoff * 2, BACKOFF_MS.first), BACKOFF_MS.most);
    this.#notBefore = now + this.#backoff * (0.5 + Math.random());
  }

  /** Waits for the next delivery's time, or until it is woken. */
  async rest(now: number): Promise<void> {
    const wait = this.#notBefore - now;
    if (wait <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  wake(): void {
    this.#wake?.();
  }
}
