import { v7 } from 'uuid';

/** A UUIDv7 whose millisecond is exactly `createdAt`'s, so that a record is found by the time inside its id. */
export const eventIdAt = (createdAt: Date): string => v7({ msecs: createdAt.getTime() });
