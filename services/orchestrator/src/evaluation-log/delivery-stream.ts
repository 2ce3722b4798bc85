import type { Outcome } from '../coalescing/coalescer.ts';

/** What one batch may hold: Firehose's limits, with room for what it counts beside the records. */
export const BATCH = { records: 500, bytes: 4_000_000 };

export const isTaken = (outcome: Outcome<void>): boolean => outcome !== 'again' && 'result' in outcome;

/** The far end of the log. */
export interface DeliveryStream {
  /**
   * Outcome i is record i's: taken, an error where it can never be taken, or `again`.
   * @throws where none was taken and no record is known to be at fault
   */
  put(records: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Outcome<void>[]>;
}
