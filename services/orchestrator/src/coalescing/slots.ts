import type { LoopLoad } from './loop-load.ts';

/** Calls in flight while the event loop has time to spare. */
const IDLE_SLOTS = 4;
const HALF_BUSY = 0.5;
/** A call that has taken this many times the median does not hold up those behind it. */
const SLOW = 3;
const REMEMBERED = 64;

/**
 * How many calls one coalescer may have in flight: four while the event loop is under half busy; when busier one, plus
 * one once the oldest has taken three times the median. (Simulated: always one costs half a call of latency at 400/s
 * and lets one slow call hold up everybody; always four costs twice the CPU at saturation.)
 */
export class Slots {
  readonly #load: Pick<LoopLoad, 'busy'>;
  /** When the calls in flight began, oldest first. */
  readonly #began: number[] = [];
  readonly #durations: number[] = [];
  #median = Number.POSITIVE_INFINITY;
  #ended = 0;

  constructor(load: Pick<LoopLoad, 'busy'>) {
    this.#load = load;
  }

  get inFlight(): number {
    return this.#began.length;
  }

  /** Milliseconds until a slot is free if no call ends before; 0: one is free now. */
  wait(now: number): number {
    const oldest = this.#began[0];
    if (oldest === undefined) return 0;
    if (this.#load.busy < HALF_BUSY) return this.#began.length < IDLE_SLOTS ? 0 : Number.POSITIVE_INFINITY;
    if (this.#began.length > 1) return Number.POSITIVE_INFINITY;
    return Math.max(0, oldest + SLOW * this.#median - now);
  }

  begin(now: number): number {
    this.#began.push(now);
    return now;
  }

  end(began: number, now: number): void {
    this.#began.splice(this.#began.indexOf(began), 1);
    this.#durations[this.#ended++ % REMEMBERED] = now - began;
    // sorted now and then: the median of calls moves slowly
    if (this.#ended % 16 === 1)
      this.#median = [...this.#durations].sort((a, b) => a - b)[this.#durations.length >> 1] ?? this.#median;
  }
}
