import { setTimeout as sleep } from 'node:timers/promises';
import { TristoreError } from '@tristore/common/errors.ts';
import type { Logger } from 'pino';
import type { DeliveryStream } from './delivery-stream.ts';
import { frame, MAX_RECORD_BYTES } from './frame.ts';
import { Segments } from './segments.ts';

const BACKOFF_MS = { first: 100, last: 5_000 };

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  stream: DeliveryStream;
  log: Pick<Logger, 'warn' | 'error'>;
}

interface Waiting {
  bytes: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Records on their way to one delivery stream. An appended record is in a segment on disk before `append` resolves
 * (concurrent appends share one write), so it outlives the process; it is delivered at least once, oldest first,
 * also by a later process on the same folder.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #segments: Segments;
  readonly #stopping = new AbortController();
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #writing: Promise<void> | undefined;
  #delivering: Promise<void> | undefined;
  #unseen = false;
  failingSince: Date | undefined;
  delivered = 0;
  retried = 0;

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#segments = new Segments(options.folder);
    this.#deliver();
  }

  get pendingBytes(): number {
    return this.#segments.pendingBytes + this.#queuedBytes;
  }

  get tornBytes(): number {
    return this.#segments.tornBytes;
  }

  /** @throws TristoreError evaluation_log_full, evaluation_log_unavailable */
  append(records: readonly object[]): Promise<void> {
    const frames = records.map((record) => {
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      if (bytes.length > MAX_RECORD_BYTES)
        throw new TristoreError('invalid_request', 'the record would be larger than 1,000 KB');
      return frame(bytes);
    });
    const bytes = Buffer.concat(frames);
    if (this.pendingBytes + bytes.length > this.#options.maxBytes)
      throw new TristoreError('evaluation_log_full', 'the evaluation log is full: nothing was kept', {
        retryAfter: 5,
      });
    this.#queuedBytes += bytes.length;
    const { promise, resolve, reject } = withResolvers();
    this.#queue.push({ bytes, resolve, reject });
    this.#writing ??= this.#write();
    return promise;
  }

  /** Delivers what is left, for at most `graceMs`; what remains stays on disk for the next start. */
  async close(graceMs: number): Promise<void> {
    const deadline = setTimeout(() => this.#stopping.abort(), graceMs);
    await this.#writing;
    await this.#delivering;
    clearTimeout(deadline);
    await this.#segments.close();
  }

  async #write(): Promise<void> {
    while (this.#queue.length) {
      const batch = this.#queue;
      this.#queue = [];
      const bytes = Buffer.concat(batch.map((waiting) => waiting.bytes));
      try {
        await this.#segments.append(bytes);
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        this.#options.log.error({ err: cause }, 'the spool cannot be written');
        const error = new TristoreError(
          'evaluation_log_unavailable',
          'the evaluation log cannot be written: nothing was kept',
          { retryAfter: 5, cause },
        );
        for (const { reject } of batch) reject(error);
      }
      this.#queuedBytes -= bytes.length;
    }
    this.#writing = undefined;
    this.#deliver();
  }

  #deliver(): void {
    // noted even while a delivery runs: it may just have looked, and found nothing
    this.#unseen = true;
    if (this.#stopping.signal.aborted) return;
    this.#delivering ??= this.#deliverAll();
  }

  async #deliverAll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#unseen = false;
      const batch = await this.#segments.next();
      if (!batch.records.length) {
        if (this.#unseen) continue;
        break;
      }
      let left: readonly Uint8Array[] = batch.records;
      for (
        let backoff = BACKOFF_MS.first;
        left.length && !signal.aborted;
        backoff = Math.min(backoff * 2, BACKOFF_MS.last)
      ) {
        const before = left.length;
        left = await this.#put(left);
        this.delivered += before - left.length;
        if (!left.length) break;
        this.retried += left.length;
        await sleep(backoff * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      }
      if (!left.length) this.#segments.delivered(batch);
    }
    this.#delivering = undefined;
  }

  async #put(records: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    try {
      const refused = await this.#options.stream.put(records);
      this.failingSince = undefined;
      return refused;
    } catch (err) {
      if (!this.failingSince) this.#options.log.warn({ err }, 'delivery fails: records wait in the spool');
      this.failingSince ??= new Date();
      return records;
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
