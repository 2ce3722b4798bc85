import type { DeliveryStream } from '../../src/evaluation-log/delivery-stream.ts';

/** A stream in memory that can be down, or refuse some records once. */
export class RecordingStream implements DeliveryStream {
  readonly taken: string[] = [];
  readonly batchSizes: number[] = [];
  down = false;
  refuseOnce = new Set<string>();

  async put(records: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    if (this.down) throw new Error('down');
    this.batchSizes.push(records.length);
    const refused: Uint8Array[] = [];
    for (const record of records) {
      const text = Buffer.from(record).toString('utf8').trim();
      if (this.refuseOnce.delete(text)) refused.push(record);
      else this.taken.push(text);
    }
    return refused;
  }
}
