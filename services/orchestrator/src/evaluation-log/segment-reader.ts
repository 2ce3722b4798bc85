import { type FileHandle, open } from 'node:fs/promises';
import { segmentPath } from './segment-files.ts';

/** Reads the segments of a folder, one after the other. */
export class SegmentReader {
  readonly #folder: string;
  #kept = Buffer.alloc(0);
  #open: { segment: number; file: FileHandle } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param reuse whether the memory of the read before that was to be reused may be overwritten */
  async read(segment: number, offset: number, length: number, reuse = false): Promise<Buffer> {
    if (this.#open?.segment !== segment) {
      await this.close();
      this.#open = { segment, file: await open(segmentPath(this.#folder, segment), 'r') };
    }
    const into = reuse ? this.#memory(length) : Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#open.file.read(into, 0, length, offset);
    return into.subarray(0, bytesRead);
  }

  #memory(length: number): Buffer {
    if (this.#kept.length < length) this.#kept = Buffer.allocUnsafe(length);
    return this.#kept;
  }

  /** To be called before segments up to `segment` are removed: an open file keeps its room on the disk. */
  async closeBefore(segment: number): Promise<void> {
    if (this.#open && this.#open.segment < segment) await this.close();
  }

  async close(): Promise<void> {
    const reader = this.#open;
    this.#open = undefined;
    await reader?.file.close();
  }
}
