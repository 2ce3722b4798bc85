import { v7 } from 'uuid';

/** What one prediction is known by, from the moment it was asked for. */
export interface PredictionEvent {
  /** A UUIDv7 whose millisecond is exactly `createdAt`'s, so that a record is found by the time inside its id. */
  id: string;
  createdAt: Date;
}

export function newEvent(createdAt = new Date()): PredictionEvent {
  return { id: v7({ msecs: createdAt.getTime() }), createdAt };
}

/** The event of an id that was claimed before. @param id a UUIDv7 */
export function eventOf(id: string): PredictionEvent {
  return { id, createdAt: new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)) };
}
