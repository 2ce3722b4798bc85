import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrameScan, scanFrames } from './frame.ts';

/** Past this a new segment begins, so that delivered ones can be removed. */
const SEGMENT_BYTES = 8_388_608;
/** What one delivery reads: 500 records and 4 MB are Firehose's limits for a batch. */
const BATCH = { records: 500, bytes: 4_000_000 };
const READ_BYTES = 5_000_000;

interface Segment {
  number: number;
  bytes: number;
}

const fileName = (number: number) => `${String(number).padStart(12, '0')}.segment`;

/**
 * An append-only queue of frames in a folder: numbered segments, and a cursor that says what was delivered. One
 * process at a time owns a folder.
 */
export class Segments {
  readonly #folder: string;
  readonly #segments: Segment[];
  #cursor: { segment: number; offset: number };
  #writer: FileHandle | undefined;
  /** Bytes cut off because they were no whole record: a crash in the middle of a write, never acknowledged. */
  tornBytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#segments = readdirSync(folder)
      .filter((name) => /^\d{12}\.segment$/.test(name))
      .sort()
      .map((name) => ({ number: Number.parseInt(name, 10), bytes: statSync(join(folder, name)).size }));
    this.#cursor = this.#readCursor();
  }

  /** Bytes that wait for delivery. */
  get pendingBytes(): number {
    const written = this.#segments.reduce((total, segment) => total + segment.bytes, 0);
    const first = this.#segments[0];
    return written - (first?.number === this.#cursor.segment ? this.#cursor.offset : 0);
  }

  /** Appends frames; when it resolves they survive the death of the process. */
  async append(frames: Buffer): Promise<void> {
    let active = this.#segments.at(-1);
    if (!this.#writer || !active || active.bytes >= SEGMENT_BYTES) {
      await this.#writer?.close();
      active = { number: Math.max(active?.number ?? 0, this.#cursor.segment) + 1, bytes: 0 };
      this.#writer = await open(join(this.#folder, fileName(active.number)), 'wx', 0o600);
      this.#segments.push(active);
    }
    const before = active.bytes;
    try {
      // a short write is possible where the disk fills up
      for (let done = 0; done < frames.length; ) {
        const { bytesWritten } = await this.#writer.write(frames, done, frames.length - done, before + done);
        done += bytesWritten;
      }
      active.bytes = before + frames.length;
    } catch (error) {
      await this.#writer.truncate(before).catch(() => undefined);
      throw error;
    }
  }

  /** The oldest undelivered records, at most one batch; empty where there are none. */
  async next(): Promise<FrameScan & { segment: number }> {
    for (;;) {
      const segment = this.#segments[0];
      if (!segment) return { records: [], bytes: 0, torn: false, segment: 0 };
      const offset = segment.number === this.#cursor.segment ? this.#cursor.offset : 0;
      const scan = await this.#read(segment, offset);
      if (scan.records.length) return { ...scan, segment: segment.number };
      if (scan.torn) this.tornBytes += segment.bytes - offset;
      if (this.#writer && segment === this.#segments.at(-1)) return { ...scan, segment: segment.number };
      this.#remove(segment);
    }
  }

  /** Marks what `next` returned as delivered. */
  delivered(batch: { segment: number; bytes: number }): void {
    const offset = (batch.segment === this.#cursor.segment ? this.#cursor.offset : 0) + batch.bytes;
    this.#cursor = { segment: batch.segment, offset };
    const temporary = join(this.#folder, 'cursor.tmp');
    writeFileSync(temporary, JSON.stringify(this.#cursor));
    renameSync(temporary, join(this.#folder, 'cursor.json'));
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }

  async #read(segment: Segment, offset: number): Promise<FrameScan> {
    const length = Math.min(segment.bytes - offset, READ_BYTES);
    if (length <= 0) return { records: [], bytes: 0, torn: false };
    const file = await open(join(this.#folder, fileName(segment.number)), 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
      return scanFrames(buffer.subarray(0, bytesRead), BATCH.records, BATCH.bytes);
    } finally {
      await file.close();
    }
  }

  #remove(segment: Segment): void {
    this.#segments.shift();
    rmSync(join(this.#folder, fileName(segment.number)), { force: true });
  }

  #readCursor(): { segment: number; offset: number } {
    try {
      const cursor = JSON.parse(readFileSync(join(this.#folder, 'cursor.json'), 'utf8'));
      return { segment: Number(cursor.segment) || 0, offset: Number(cursor.offset) || 0 };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError)
        return { segment: 0, offset: 0 };
      throw error;
    }
  }
}
