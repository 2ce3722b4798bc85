import { TristoreError } from '@tristore/common/errors.ts';
import type { Logger } from 'pino';
import { Coalescer, type Outcome } from '../coalescing/coalescer.ts';
import type { LoopLoad } from '../coalescing/loop-load.ts';
import { makeBreaker } from '../resilience/breaker.ts';
import { BATCH, type DeliveryStream, isTaken } from './delivery-stream.ts';
import { encodeRecord } from './encode-record.ts';
import type { LogBacklog, LogCounts } from './evaluation-log.ts';
import { NO_COUNTS, timeText } from './log-figures.ts';
import type { RecordLog } from './record-log.ts';
import { logFull, notTaken } from './refusals.ts';
import type { SetAside } from './set-aside.ts';

export interface FirehoseRecordLogOptions {
  /** Bytes that may wait. */
  maxBytes: number;
  /** Milliseconds for a record whose caller gave no deadline. */
  deadlineMs: number;
  stream: DeliveryStream;
  setAside: SetAside;
  load: Pick<LoopLoad, 'busy'>;
  log: Pick<Logger, 'warn' | 'error'>;
}

interface Pending {
  bytes: number;
  since: number;
}

/** Acknowledgement `firehose`: Firehose has taken an appended record before `append` resolves. */
export class FirehoseRecordLog implements RecordLog {
  readonly #options: FirehoseRecordLogOptions;
  readonly #coalescer: Coalescer<Uint8Array, void>;
  /** While Firehose is down nobody waits for a deadline. */
  readonly #breaker = makeBreaker({ isFault: () => true, broken: notTaken });
  /** In the order in which they came. */
  readonly #pending = new Set<Pending>();
  #bytes = 0;
  #failingSince: Date | undefined;
  #delivered = 0;
  #retried = 0;
  #refused = 0;

  constructor(options: FirehoseRecordLogOptions) {
    this.#options = options;
    this.#coalescer = new Coalescer<Uint8Array, void>({
      load: options.load,
      maxItems: BATCH.records,
      maxBytes: BATCH.bytes,
      bytesOf: (record) => record.length,
      // the bytes are what is bounded
      maxWaiting: Number.POSITIVE_INFINITY,
      full: logFull,
      late: notTaken,
      call: (records, signal) => this.#put(records, signal),
    });
  }

  async append(records: readonly object[], deadline?: number): Promise<void> {
    const until = deadline ?? performance.now() + this.#options.deadlineMs;
    try {
      const encoded = records.map(encodeRecord);
      const bytes = encoded.reduce((total, { length }) => total + length, this.#bytes);
      if (bytes > this.#options.maxBytes) throw logFull();
      await Promise.all(encoded.map((record) => this.#submit(record, until)));
    } catch (error) {
      this.#refused += records.length;
      throw error;
    }
  }

  backlog(): LogBacklog {
    const [oldest] = this.#pending;
    return {
      bytes: this.#bytes,
      records: this.#pending.size,
      oldest_at: timeText(oldest?.since),
      failing_since: timeText(this.#failingSince),
    };
  }

  counts(): LogCounts {
    return {
      ...NO_COUNTS,
      delivered: this.#delivered,
      retried: this.#retried,
      refused: this.#refused,
      set_aside: this.#options.setAside.records,
    };
  }

  /** Each record that is left has somebody who waits for it, and a deadline. */
  async close(graceMs: number): Promise<void> {
    const end = performance.now() + graceMs;
    while (this.#pending.size && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** The coalescer ends a call at the latest deadline in it; whoever waits for this record does not wait as long. */
  async #submit(record: Uint8Array, deadline: number): Promise<void> {
    const pending = { bytes: record.length, since: Date.now() };
    this.#pending.add(pending);
    this.#bytes += pending.bytes;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(notTaken()), deadline - performance.now());
    });
    try {
      await Promise.race([this.#coalescer.submit(record, deadline), late]);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(pending);
      this.#bytes -= pending.bytes;
    }
  }

  async #put(records: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Outcome<void>[]> {
    let outcomes: readonly Outcome<void>[];
    try {
      outcomes = await this.#breaker.run(() => this.#options.stream.put(records, signal));
    } catch (err) {
      if (err instanceof TristoreError) return records.map(() => ({ error: err }));
      this.#failed(err);
      this.#retried += records.length;
      // until the deadline of each
      return records.map(() => 'again');
    }
    if (outcomes.some(isTaken)) this.#failingSince = undefined;
    else this.#failed(undefined);
    return this.#settle(records, outcomes);
  }

  #failed(err: unknown): void {
    if (!this.#failingSince) this.#options.log.warn({ err }, 'delivery fails');
    this.#failingSince ??= new Date();
  }

  /** A record that is refused while others are taken is poison; where none is taken, the stream is at fault. */
  async #settle(
    records: readonly Uint8Array[],
    outcomes: readonly Outcome<void>[],
  ): Promise<readonly Outcome<void>[]> {
    const taken = outcomes.filter(isTaken).length;
    this.#delivered += taken;
    if (taken === outcomes.length) return outcomes;
    const settled: Outcome<void>[] = [];
    for (const [i, outcome] of outcomes.entries()) {
      const poison = taken > 0 && outcome !== 'again' && 'error' in outcome;
      if (poison) settled.push({ error: await this.#setAside(records[i] as Uint8Array, outcome.error) });
      else settled.push(isTaken(outcome) ? outcome : 'again');
    }
    this.#retried += settled.filter((outcome) => outcome === 'again').length;
    return settled;
  }

  async #setAside(record: Uint8Array, error: unknown): Promise<Error> {
    const { setAside, log } = this.#options;
    await setAside
      .keepRecord(record, (error as Error).message)
      .catch((err: unknown) => log.error({ err }, 'a record that is not taken cannot be set aside'));
    return notTaken(error);
  }
}
