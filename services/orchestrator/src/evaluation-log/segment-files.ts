import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^\d{12}\.segment$/;

export interface Segment {
  number: number;
  bytes: number;
}

export const segmentPath = (folder: string, number: number): string =>
  join(folder, `${String(number).padStart(12, '0')}.segment`);

/** The segments of a folder, oldest first. */
export const listSegments = (folder: string): Segment[] =>
  readdirSync(folder)
    .filter((name) => NAME.test(name))
    .sort()
    .flatMap((name) => {
      // whoever only looks may find one that was just delivered
      const found = statSync(join(folder, name), { throwIfNoEntry: false });
      return found ? [{ number: Number.parseInt(name, 10), bytes: found.size }] : [];
    });
