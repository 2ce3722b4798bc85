import { createHash, randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes are drawn for many ids at once: a draw costs more than an id. */
const POOL = new Uint8Array(4_096);
const ID_BYTES = 16;
let used = POOL.length;

function randomBytes(): Uint8Array {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += ID_BYTES;
  return POOL.subarray(used - ID_BYTES, used);
}

/** What one prediction is known by, from the moment it was asked for. */
export interface PredictionEvent {
  /** A UUIDv7 whose millisecond is exactly `createdAt`'s, so that a record is found by the time inside its id. */
  id: string;
  createdAt: Date;
}

export function newEvent(createdAt = new Date()): PredictionEvent {
  return { id: v7({ msecs: createdAt.getTime(), random: randomBytes() }), createdAt };
}

/** The event of an id that was claimed before. @param id a UUIDv7 */
export function eventOf(id: string): PredictionEvent {
  return { id, createdAt: new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)) };
}

/** The event of one case of a claimed batch: for the same place always the same. @param batchId a UUIDv7 */
export function eventInBatch(batchId: string, place: number): PredictionEvent {
  const { createdAt } = eventOf(batchId);
  const random = createHash('sha256').update(`${batchId} ${place}`).digest().subarray(0, 16);
  return { id: v7({ msecs: createdAt.getTime(), random }), createdAt };
}
