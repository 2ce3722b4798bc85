import type { Outcome } from '../../src/coalescing/coalescer.ts';
import type { DeliveryStream } from '../../src/evaluation-log/delivery-stream.ts';

/** A stream in memory that can be down, or refuse some records: once, for ever, or as ones that nobody could take. */
export class RecordingStream implements DeliveryStream {
  readonly taken: string[] = [];
  readonly batchSizes: number[] = [];
  down = false;
  refuseOnce = new Set<string>();
  refuseAlways = new Set<string>();
  invalid = new Set<string>();
  /** The share of records that are refused at random. */
  refusedShare = 0;

  async put(records: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Outcome<void>[]> {
    signal.throwIfAborted();
    if (this.down) throw new Error('down');
    this.batchSizes.push(records.length);
    return records.map((record) => {
      const text = Buffer.from(record).toString('utf8').trim();
      if (this.invalid.has(text)) return { error: new Error('not valid') };
      if (this.refuseOnce.delete(text) || this.refuseAlways.has(text)) return 'again';
      if (Math.random() < this.refusedShare) return 'again';
      this.taken.push(text);
      return { result: undefined };
    });
  }
}
