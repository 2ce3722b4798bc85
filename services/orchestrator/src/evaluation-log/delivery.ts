import type { Logger } from 'pino';
import type { Outcome } from '../coalescing/coalescer.ts';
import { DeliveryPace } from './delivery-pace.ts';
import { BATCH, type DeliveryStream, isTaken } from './delivery-stream.ts';
import { MAX_RECORD_BYTES } from './frame.ts';
import type { RecordSource } from './record-source.ts';
import { recordTime } from './record-time.ts';
import type { SetAside } from './set-aside.ts';
import { type Span, Spans } from './spans.ts';
import { Suspicion } from './suspicion.ts';

export interface DeliveryOptions<Mark> {
  source: RecordSource<Mark>;
  stream: DeliveryStream;
  setAside: SetAside;
  log: Pick<Logger, 'warn' | 'error'>;
}

interface Item<Mark> {
  record: Uint8Array;
  span: Span<Mark>;
  suspicion?: Suspicion;
}

/**
 * Hands a source's records to a delivery stream, at least once each, oldest first. What was refused goes again with the
 * next batch, before it; a record that is refused for what it is, is set aside, and holds up nobody.
 */
export class Delivery<Mark> {
  readonly #options: DeliveryOptions<Mark>;
  readonly #spans: Spans<Mark>;
  readonly #pace = new DeliveryPace();
  #waiting: Item<Mark>[] = [];
  #call: AbortController | undefined;
  #running: Promise<void> | undefined;
  #unseen = false;
  #closing = false;
  #stopped = false;
  failingSince: Date | undefined;
  delivered = 0;
  retried = 0;

  constructor(options: DeliveryOptions<Mark>) {
    this.#options = options;
    this.#spans = new Spans((end, records) => options.source.release(end, records));
  }

  /** When the oldest record in hand came to be; undefined where none is in hand. */
  get oldest(): number | undefined {
    const [first] = this.#waiting;
    return first && recordTime(first.record);
  }

  /** To be called when the source has got something. */
  wake(): void {
    // noted even while it runs: it may just have looked, and found nothing
    this.#unseen = true;
    if (this.#pace.mayHurry && this.#waiting.length + this.#options.source.unread >= BATCH.records)
      this.#pace.wake();
    if (!this.#stopped) this.#running ??= this.#run();
  }

  /** Delivers what is left, for at most `graceMs`; what remains stays with the source. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    if (this.#pace.mayHurry) this.#pace.wake();
    const timer = setTimeout(() => {
      this.#stopped = true;
      this.#call?.abort();
      this.#pace.wake();
    }, graceMs);
    await this.#running;
    clearTimeout(timer);
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#unseen = false;
      try {
        await this.#fill();
        if (this.#waiting.length) {
          await this.#rest();
          await this.#fill();
          if (!this.#stopped) await this.#send();
        } else if (!this.#unseen) break;
      } catch (err) {
        this.#failed(err, 'the spool cannot be read, or what was delivered cannot be noted');
        await this.#pace.rest(performance.now());
      }
    }
    this.#running = undefined;
  }

  async #rest(): Promise<void> {
    const full = this.#waiting.length >= BATCH.records;
    if (this.#pace.mayHurry && (full || this.#closing)) return;
    await this.#pace.rest(performance.now());
  }

  async #fill(): Promise<void> {
    let bytes = this.#waiting.reduce((total, { record }) => total + record.length, 0);
    while (this.#waiting.length < BATCH.records && bytes + MAX_RECORD_BYTES <= BATCH.bytes) {
      const batch = await this.#options.source.next(
        BATCH.records - this.#waiting.length,
        BATCH.bytes - bytes,
      );
      if (!batch) break;
      const span = this.#spans.open(batch.end, batch.records.length);
      for (const record of batch.records) {
        this.#waiting.push({ record, span });
        bytes += record.length;
      }
    }
    await this.#spans.release();
  }

  async #send(): Promise<void> {
    const began = performance.now();
    const items = this.#waiting;
    this.#call = new AbortController();
    let outcomes: readonly Outcome<void>[];
    try {
      outcomes = await this.#options.stream.put(
        items.map(({ record }) => record),
        this.#call.signal,
      );
    } catch (err) {
      this.retried += items.length;
      this.#failed(err, 'delivery fails: records wait');
      return;
    }
    this.#waiting = await this.#settle(items, outcomes);
    const left = this.#waiting.length;
    this.retried += left;
    if (left === items.length) this.#failed(undefined, 'every record is refused: records wait');
    else {
      this.failingSince = undefined;
      // a few that are refused do not slow the others
      if (left * 2 > items.length) this.#pace.failed(performance.now());
      else this.#pace.went(began);
    }
    await this.#spans.release();
  }

  /** @returns what is to be sent again */
  async #settle(items: readonly Item<Mark>[], outcomes: readonly Outcome<void>[]): Promise<Item<Mark>[]> {
    const refused = outcomes.reduce((count, outcome) => count + (isTaken(outcome) ? 0 : 1), 0);
    const left: Item<Mark>[] = [];
    for (const [i, item] of items.entries()) {
      const outcome = outcomes[i] ?? 'again';
      if (isTaken(outcome)) {
        this.delivered++;
        item.span.open--;
      } else if (await this.#giveUp(item, outcome, refused - 1, items.length - 1)) item.span.open--;
      else left.push(item);
    }
    return left;
  }

  /** Sets a record aside that is poison; where the disk does not take it, it waits on. */
  async #giveUp(item: Item<Mark>, outcome: Outcome<void>, refused: number, others: number): Promise<boolean> {
    item.suspicion ??= new Suspicion();
    item.suspicion.refused(refused, others, performance.now());
    const invalid = outcome !== 'again' && 'error' in outcome && refused < others;
    const reason = invalid ? (outcome.error as Error).message : item.suspicion.verdict;
    if (!reason) return false;
    try {
      await this.#options.setAside.keepRecord(item.record, reason);
      return true;
    } catch (err) {
      this.#options.log.error({ err, reason }, 'a record that is not taken cannot be set aside');
      return false;
    }
  }

  #failed(err: unknown, message: string): void {
    if (!this.failingSince && !this.#stopped) this.#options.log.warn({ err }, message);
    this.failingSince ??= new Date();
    this.#pace.failed(performance.now());
  }
}
