import type { Logger } from 'pino';
import { Delivery } from './delivery.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import { encodeRecord } from './encode-record.ts';
import type { LogBacklog, LogCounts } from './evaluation-log.ts';
import { NO_COUNTS, timeText } from './log-figures.ts';
import { MemoryQueue } from './memory-queue.ts';
import type { RecordLog } from './record-log.ts';
import { logClosed, logFull } from './refusals.ts';
import type { SetAside } from './set-aside.ts';
import { spill } from './spill.ts';

export interface MemoryRecordLogOptions {
  /** Where that which is left at the end is written. */
  folder: string;
  maxBytes: number;
  stream: DeliveryStream;
  setAside: SetAside;
  log: Pick<Logger, 'warn' | 'error'>;
}

/** Acknowledgement `memory`: an appended record is in a queue, which ends with the process unless that ends in order. */
export class MemoryRecordLog implements RecordLog {
  readonly #options: MemoryRecordLogOptions;
  readonly #queue = new MemoryQueue();
  readonly #delivery: Delivery<number>;
  #refused = 0;
  #closed = false;

  constructor(options: MemoryRecordLogOptions) {
    const { stream, setAside, log } = options;
    this.#options = options;
    this.#delivery = new Delivery({ source: this.#queue, stream, setAside, log });
  }

  async append(records: readonly object[]): Promise<void> {
    if (this.#closed) throw logClosed();
    try {
      const encoded = records.map(encodeRecord);
      const bytes = encoded.reduce((total, { length }) => total + length, this.#queue.bytes);
      if (bytes > this.#options.maxBytes) throw logFull();
      for (const record of encoded) this.#queue.push(record);
    } catch (error) {
      this.#refused += records.length;
      throw error;
    }
    this.#delivery.wake();
  }

  backlog(): LogBacklog {
    return {
      bytes: this.#queue.bytes,
      records: this.#queue.length,
      oldest_at: timeText(this.#delivery.oldest),
      failing_since: timeText(this.#delivery.failingSince),
    };
  }

  counts(): LogCounts {
    const { delivered, retried } = this.#delivery;
    const { records } = this.#options.setAside;
    return { ...NO_COUNTS, delivered, retried, refused: this.#refused, set_aside: records };
  }

  /** What remains after `graceMs` is written to a spool, for whoever delivers that. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await this.#delivery.close(graceMs);
    if (this.#queue.length) await spill(this.#queue.records, this.#options);
  }
}
