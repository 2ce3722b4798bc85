import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { type Position, readCursor, writeCursor } from './cursor.ts';
import { readFrame, scanFrames } from './frame.ts';
import type { RecordBatch, RecordSource } from './record-source.ts';
import { listSegments, type Segment, segmentPath } from './segment-files.ts';
import { SegmentReader } from './segment-reader.ts';
import type { SetAside } from './set-aside.ts';
import { badStretch, walkSegment } from './walk-segment.ts';

/** Past this a new segment begins, so that delivered ones can be removed. */
const SEGMENT_BYTES = 8_388_608;
/** What one read takes: the longest frame fits. */
const WINDOW_BYTES = 1_048_576;

export interface SegmentsOptions {
  folder: string;
  setAside: SetAside;
  log: Pick<Logger, 'warn'>;
}

/**
 * An append-only queue of frames in a folder: numbered segments, and a cursor that says what was delivered. One
 * process at a time owns a folder.
 */
export class Segments implements RecordSource<Position> {
  readonly #options: SegmentsOptions;
  readonly #segments: Segment[];
  readonly #reader: SegmentReader;
  readonly #counted: Promise<void>;
  #cursor: Position;
  #read: Position;
  #writer: FileHandle | undefined;
  /** Whether the cursor on disk is behind. */
  #stale = false;
  /** Waiting for release. */
  pendingBytes: number;
  pendingRecords = 0;
  unread = 0;
  /** Bytes cut off because a crash ended an append in the middle: never acknowledged. */
  tornBytes = 0;

  constructor(options: SegmentsOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#segments = listSegments(options.folder);
    this.#reader = new SegmentReader(options.folder);
    this.#cursor = readCursor(options.folder, this.#segments);
    this.#read = this.#cursor;
    this.pendingBytes = this.#segments.reduce(
      (total, segment) => total + segment.bytes - this.#passed(segment),
      0,
    );
    this.#counted = this.#count([...this.#segments]);
  }

  /** Appends frames; when it resolves they survive the death of the process; when it throws none is there. */
  async append(frames: Buffer, records: number): Promise<void> {
    const { file, segment } = await this.#active();
    const before = segment.bytes;
    try {
      // a short write is possible where the disk fills up
      for (let done = 0; done < frames.length; ) {
        const { bytesWritten } = await file.write(frames, done, frames.length - done, before + done);
        done += bytesWritten;
      }
    } catch (error) {
      await this.#undo(file, before);
      throw error;
    }
    segment.bytes = before + frames.length;
    this.pendingBytes += frames.length;
    this.pendingRecords += records;
    this.unread += records;
  }

  async next(maxRecords: number, maxBytes: number): Promise<RecordBatch<Position> | undefined> {
    await this.#counted;
    const segment = this.#segments.find(({ number }) => number >= this.#read.segment);
    if (!segment) return undefined;
    const offset = segment.number === this.#read.segment ? this.#read.offset : 0;
    const left = segment.bytes - offset;
    if (left <= 0) {
      if (this.#writer && segment === this.#segments.at(-1)) return undefined;
      return this.#advance([], { segment: segment.number + 1, offset: 0 });
    }
    // while nothing that was handed out is in use, its memory is: fresh memory for each batch costs as much as the read
    const idle = this.#read.segment === this.#cursor.segment && this.#read.offset === this.#cursor.offset;
    const length = Math.min(left, WINDOW_BYTES);
    const window = await this.#reader.read(segment.number, offset, length, idle);
    const { records, bytes } = scanFrames(window, maxRecords, maxBytes);
    const passed = records.length ? bytes : await this.#passBadStretch(segment, offset, left);
    return this.#advance(records, { segment: segment.number, offset: offset + passed });
  }

  async release(end: Position, records: number): Promise<void> {
    const before = this.#pendingBefore(end);
    this.#cursor = end;
    this.pendingBytes -= before;
    this.pendingRecords = this.pendingBytes ? Math.max(0, this.pendingRecords - records) : 0;
    await this.#reader.closeBefore(end.segment);
    while (this.#segments[0] && this.#segments[0].number < end.segment) {
      const { number } = this.#segments.shift() as Segment;
      rmSync(segmentPath(this.#options.folder, number), { force: true });
    }
    const { folder, log } = this.#options;
    try {
      await writeCursor(folder, end);
      this.#stale = false;
    } catch (err) {
      if (!this.#stale)
        log.warn({ err, folder }, 'the cursor cannot be written: a crash now would deliver again');
      this.#stale = true;
    }
  }

  async close(): Promise<void> {
    await this.#counted;
    await this.#closeWriter();
    await this.#reader.close();
  }

  #passed({ number }: Segment): number {
    return number === this.#cursor.segment ? this.#cursor.offset : 0;
  }

  #pendingBefore(end: Position): number {
    let total = 0;
    for (const segment of this.#segments) {
      if (segment.number > end.segment) break;
      total += (segment.number < end.segment ? segment.bytes : end.offset) - this.#passed(segment);
    }
    return total;
  }

  #advance(records: Buffer[], end: Position): RecordBatch<Position> {
    this.#read = end;
    this.unread = Math.max(0, this.unread - records.length);
    return { records, end };
  }

  async #active(): Promise<{ file: FileHandle; segment: Segment }> {
    const newest = this.#segments.at(-1);
    if (this.#writer && newest && newest.bytes < SEGMENT_BYTES)
      return { file: this.#writer, segment: newest };
    await this.#closeWriter();
    const segment = {
      number: Math.max(newest?.number ?? 0, this.#cursor.segment, this.#read.segment) + 1,
      bytes: 0,
    };
    const file = await open(segmentPath(this.#options.folder, segment.number), 'wx', 0o600);
    this.#writer = file;
    this.#segments.push(segment);
    return { file, segment };
  }

  /**
   * Cuts off what was written half. What the segment held before is ended, so that it can go once it is delivered: on a
   * full disk that is where the room comes from. Where nothing can be cut off, it must stay the end of its segment.
   */
  async #undo(file: FileHandle, before: number): Promise<void> {
    const cut = await file.truncate(before).then(
      () => true,
      () => false,
    );
    if (!cut || before > 0) await this.#closeWriter();
  }

  async #closeWriter(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    await writer?.close();
  }

  /** @returns how many bytes from `offset` on hold no whole frame */
  async #passBadStretch(segment: Segment, offset: number, left: number): Promise<number> {
    const rest = await this.#reader.read(segment.number, offset, left);
    const found = readFrame(rest, 0);
    const bad = badStretch(rest, 0, typeof found === 'string' ? found : 'damaged');
    const { folder, setAside, log } = this.#options;
    if (bad.fault === 'damaged') {
      const place = `${basename(dirname(folder))}-${segment.number}-${offset}`;
      await setAside.keepDamage(rest.subarray(0, bad.bytes), place);
    } else {
      this.tornBytes += bad.bytes;
      log.warn({ folder, segment: segment.number, bytes: bad.bytes }, 'a torn tail was cut off the spool');
    }
    return bad.bytes;
  }

  /** Counts what an earlier process left; nothing is handed out before. */
  async #count(left: readonly Segment[]): Promise<void> {
    for (const segment of left) {
      const offset = this.#passed(segment);
      const bytes = await this.#reader
        .read(segment.number, offset, segment.bytes - offset)
        .catch(() => Buffer.alloc(0));
      const { length } = walkSegment(bytes).records;
      this.pendingRecords += length;
      this.unread += length;
    }
  }
}
