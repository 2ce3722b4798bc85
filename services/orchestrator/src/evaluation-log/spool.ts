import type { Logger } from 'pino';
import type { Position } from './cursor.ts';
import { Delivery } from './delivery.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import { lineOf } from './encode-record.ts';
import type { LogBacklog, LogCounts } from './evaluation-log.ts';
import { MAX_RECORD_BYTES } from './frame.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { timeText } from './log-figures.ts';
import type { RecordLog } from './record-log.ts';
import { logClosed, logFull, notWritten, tooLarge } from './refusals.ts';
import { Segments } from './segments.ts';
import type { SetAside } from './set-aside.ts';

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  stream: DeliveryStream;
  setAside: SetAside;
  log: Pick<Logger, 'warn' | 'error'>;
}

const NOTHING = { bytes: 0, records: 0 };

/** Appends that share one write. */
interface Group {
  frames: FrameBuffer;
  written: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Acknowledgement `disk`: an appended record is in a segment before `append` resolves, so it outlives the process; it
 * is delivered at least once, oldest first, also by a later process on the same folder.
 */
export class Spool implements RecordLog {
  readonly #options: SpoolOptions;
  readonly #segments: Segments;
  readonly #delivery: Delivery<Position>;
  #gathering = newGroup(new FrameBuffer());
  /** The other of the two buffers that take turns. */
  #spare = new FrameBuffer();
  #writing: Promise<void> | undefined;
  /** What the write under way holds. */
  #inWrite = NOTHING;
  #refused = 0;
  #closed = false;

  constructor(options: SpoolOptions) {
    const { folder, stream, setAside, log } = options;
    this.#options = options;
    this.#segments = new Segments({ folder, setAside, log });
    this.#delivery = new Delivery({ source: this.#segments, stream, setAside, log });
    this.#delivery.wake();
  }

  async append(records: readonly object[]): Promise<void> {
    // no write would come for nothing
    if (!records.length) return;
    if (this.#closed) throw logClosed();
    const { frames, written } = this.#gathering;
    const before = { length: frames.length, records: frames.records };
    try {
      for (const record of records) if (frames.add(lineOf(record)) > MAX_RECORD_BYTES) throw tooLarge();
      if (this.#segments.pendingBytes + this.#inWrite.bytes + frames.length > this.#options.maxBytes)
        throw logFull();
    } catch (error) {
      frames.cut(before.length, before.records);
      this.#refused += records.length;
      throw error;
    }
    this.#writing ??= this.#write();
    await written;
  }

  backlog(): LogBacklog {
    return {
      bytes: this.#segments.pendingBytes + this.#inWrite.bytes + this.#gathering.frames.length,
      records: this.#segments.pendingRecords + this.#inWrite.records + this.#gathering.frames.records,
      oldest_at: timeText(this.#delivery.oldest),
      failing_since: timeText(this.#delivery.failingSince),
    };
  }

  counts(): LogCounts {
    const { delivered, retried } = this.#delivery;
    const { records, damagedBytes } = this.#options.setAside;
    return {
      delivered,
      retried,
      refused: this.#refused,
      set_aside: records,
      torn_bytes: this.#segments.tornBytes,
      damaged_bytes: damagedBytes,
    };
  }

  /** What remains after `graceMs` stays on disk for the next start. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#delivery.close(graceMs);
    await this.#segments.close();
  }

  async #write(): Promise<void> {
    // what comes in this turn of the event loop goes together
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#gathering.frames.length) {
      const group = this.#gathering;
      this.#gathering = newGroup(this.#spare);
      const { frames, resolve, reject } = group;
      this.#inWrite = { bytes: frames.length, records: frames.records };
      try {
        await this.#segments.append(frames.frames, frames.records);
        this.#inWrite = NOTHING;
        resolve();
        this.#delivery.wake();
      } catch (err) {
        this.#options.log.error({ err }, 'the spool cannot be written');
        this.#refused += frames.records;
        reject(notWritten(err));
      }
      this.#inWrite = NOTHING;
      frames.clear();
      this.#spare = frames;
    }
    this.#writing = undefined;
  }
}

function newGroup(frames: FrameBuffer): Group {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const written = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { frames, written, resolve, reject };
}
