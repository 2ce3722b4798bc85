import type { RecordBatch, RecordSource } from './record-source.ts';

/** Records in memory, by how many came before each. */
export class MemoryQueue implements RecordSource<number> {
  #records: Uint8Array[] = [];
  /** Records that were released, and of #records those that were handed out. */
  #released = 0;
  #handedOut = 0;
  bytes = 0;

  get length(): number {
    return this.#records.length;
  }

  get unread(): number {
    return this.#records.length - this.#handedOut;
  }

  /** What was not released, oldest first. */
  get records(): readonly Uint8Array[] {
    return this.#records;
  }

  push(record: Uint8Array): void {
    this.#records.push(record);
    this.bytes += record.length;
  }

  async next(maxRecords: number, maxBytes: number): Promise<RecordBatch<number> | undefined> {
    const first = this.#handedOut;
    let bytes = 0;
    for (const record of this.#records.slice(first, first + maxRecords)) {
      bytes += record.length;
      if (bytes > maxBytes && this.#handedOut > first) break;
      this.#handedOut++;
    }
    if (this.#handedOut === first) return undefined;
    return { records: this.#records.slice(first, this.#handedOut), end: this.#released + this.#handedOut };
  }

  async release(end: number): Promise<void> {
    const count = end - this.#released;
    for (const record of this.#records.slice(0, count)) this.bytes -= record.length;
    this.#records = this.#records.slice(count);
    this.#released = end;
    this.#handedOut -= count;
  }
}
