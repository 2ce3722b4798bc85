import { crc32 } from 'node:zlib';
import { HEADER_BYTES } from './frame.ts';

const FIRST_BYTES = 65_536;
/** A buffer that grew beyond this is not kept. */
const KEPT_BYTES = 4_194_304;
/** No character takes more in UTF-8 than this for each UTF-16 unit. */
const UTF8_BYTES = 3;

/** Frames that are gathered for one write: each record is encoded in its place, and copied no more. */
export class FrameBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  records = 0;

  get length(): number {
    return this.#length;
  }

  get frames(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** @returns the record's bytes, without header */
  add(text: string): number {
    this.#reserve(HEADER_BYTES + text.length * UTF8_BYTES);
    const start = this.#length + HEADER_BYTES;
    const size = this.#bytes.write(text, start, 'utf8');
    this.#bytes.writeUInt32LE(size, this.#length);
    this.#bytes.writeUInt32LE(crc32(this.#bytes.subarray(start, start + size)), this.#length + 4);
    this.#length = start + size;
    this.records++;
    return size;
  }

  /** Forgets what was added since it had this length and so many records. */
  cut(length: number, records: number): void {
    this.#length = length;
    this.records = records;
  }

  clear(): void {
    this.cut(0, 0);
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
