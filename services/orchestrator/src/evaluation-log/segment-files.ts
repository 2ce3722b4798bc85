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
    .map((name) => ({ number: Number.parseInt(name, 10), bytes: statSync(join(folder, name)).size }));
