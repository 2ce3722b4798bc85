import type { LoopLoad } from './loop-load.ts';
import { Slots } from './slots.ts';

/** What became of one item of a call: its result, an error of its own, or that it is to be asked for again. */
export type Outcome<Result> = { result: Result } | { error: unknown } | 'again';

export interface CoalescerOptions<Item, Result> {
  load: Pick<LoopLoad, 'busy'>;
  /**
   * One call for many items; outcome i is item i's. What it throws is the error of every item.
   * @param signal fires when nobody waits any longer
   */
  call(items: readonly Item[], signal: AbortSignal): Promise<readonly Outcome<Result>[]>;
  /** Limits of one call. The bytes count where `bytesOf` is given. */
  maxItems: number;
  maxBytes?: number;
  bytesOf?(item: Item): number;
  /** Items that may wait for a slot. */
  maxWaiting: number;
  /** The error of an item for which there is no room. */
  full(): Error;
  /** The error of an item whose deadline passed before its call was made. */
  late(): Error;
}

/** How items share calls. */
export interface CoalescerFigures {
  /** Calls made, and items in them. */
  readonly calls: number;
  readonly items: number;
  /** Items that wait for a slot. */
  readonly waiting: number;
  readonly inFlight: number;
}

interface Waiting<Item, Result> {
  item: Item;
  deadline: number;
  tries: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const AGAIN_MS = { first: 25, most: 1_000 };

/**
 * Concurrent requests share calls: an item goes at once while a slot is free, else it joins the batch that the next
 * free slot takes. What comes in one turn of the event loop goes together.
 */
export class Coalescer<Item, Result> implements CoalescerFigures {
  readonly #options: CoalescerOptions<Item, Result>;
  readonly #slots: Slots;
  #waiting: Waiting<Item, Result>[] = [];
  /** Of #waiting, those that were taken already: cheaper than to shift. */
  #head = 0;
  #planned = false;
  #timer: NodeJS.Timeout | undefined;
  #resting = 0;
  calls = 0;
  items = 0;

  constructor(options: CoalescerOptions<Item, Result>) {
    this.#options = options;
    this.#slots = new Slots(options.load);
  }

  get waiting(): number {
    return this.#waiting.length - this.#head + this.#resting;
  }

  get inFlight(): number {
    return this.#slots.inFlight;
  }

  /** @param deadline on the clock of performance.now(): past it nobody waits for the result */
  submit(item: Item, deadline: number): Promise<Result> {
    if (this.waiting >= this.#options.maxWaiting) return Promise.reject(this.#options.full());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, deadline, tries: 0, resolve, reject });
      this.#plan();
    });
  }

  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#send();
    });
  }

  #send(): void {
    clearTimeout(this.#timer);
    while (this.#head < this.#waiting.length) {
      const now = performance.now();
      const wait = this.#slots.wait(now);
      if (wait > 0) {
        if (wait < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#send(), Math.ceil(wait));
        return;
      }
      const batch = this.#take(now);
      if (batch.length) this.#call(batch, now);
    }
    this.#waiting = [];
    this.#head = 0;
  }

  /** The oldest items that fit into one call; those that are late fall out. */
  #take(now: number): Waiting<Item, Result>[] {
    const { maxItems, maxBytes = Number.POSITIVE_INFINITY, bytesOf = () => 0, late } = this.#options;
    const batch: Waiting<Item, Result>[] = [];
    let bytes = 0;
    for (; this.#head < this.#waiting.length && batch.length < maxItems; this.#head++) {
      const next = this.#waiting[this.#head] as Waiting<Item, Result>;
      if (next.deadline <= now) {
        next.reject(late());
        continue;
      }
      bytes += bytesOf(next.item);
      if (bytes > maxBytes && batch.length) break;
      batch.push(next);
    }
    if (this.#head > 1024) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  async #call(batch: readonly Waiting<Item, Result>[], now: number): Promise<void> {
    const began = this.#slots.begin(now);
    this.calls++;
    this.items += batch.length;
    const giveUp = new AbortController();
    const latest = batch.reduce((most, { deadline }) => Math.max(most, deadline), now);
    // the longest time that setTimeout can hold
    const timer = setTimeout(() => giveUp.abort(), Math.min(latest - now, 0x7fff_ffff));
    try {
      const outcomes = await this.#options.call(
        batch.map(({ item }) => item),
        giveUp.signal,
      );
      this.#settle(batch, outcomes);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      clearTimeout(timer);
      this.#slots.end(began, performance.now());
      this.#plan();
    }
  }

  #settle(batch: readonly Waiting<Item, Result>[], outcomes: readonly Outcome<Result>[]): void {
    const again: Waiting<Item, Result>[] = [];
    batch.forEach((waiting, i) => {
      const outcome = outcomes[i];
      if (outcome === undefined) waiting.reject(new Error('the call gave no outcome for the item'));
      else if (outcome === 'again') again.push(waiting);
      else if ('error' in outcome) waiting.reject(outcome.error);
      else waiting.resolve(outcome.result);
    });
    if (again.length) this.#rest(again);
  }

  /** Items that the other side had no room for wait a little, longer each time, and then go before the others. */
  #rest(items: readonly Waiting<Item, Result>[]): void {
    const tries = Math.max(...items.map((waiting) => ++waiting.tries));
    const most = Math.min(AGAIN_MS.first * 2 ** (tries - 1), AGAIN_MS.most);
    this.#resting += items.length;
    setTimeout(
      () => {
        this.#resting -= items.length;
        this.#waiting = [...items, ...this.#waiting.slice(this.#head)];
        this.#head = 0;
        this.#send();
      },
      most * (0.5 + Math.random() / 2),
    );
  }
}
