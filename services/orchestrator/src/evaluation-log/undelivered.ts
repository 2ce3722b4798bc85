import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCursor } from './cursor.ts';
import { listSegments } from './segment-files.ts';

/** What of one segment was not delivered. */
export interface Undelivered {
  stream: string;
  /** The stream's folder, and the segment's number in it. */
  folder: string;
  segment: number;
  /** Where the first undelivered record begins, and how long the segment is. */
  offset: number;
  bytes: number;
}

/** What a replica's folder still holds, by streams, oldest first. */
export function listUndelivered(replica: string): Undelivered[] {
  const streams = readdirSync(replica, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return streams.flatMap(({ name: stream }) => {
    const folder = join(replica, stream);
    const segments = listSegments(folder);
    const cursor = readCursor(folder, segments);
    return segments
      .filter(({ number }) => number >= cursor.segment)
      .map(({ number, bytes }) => ({
        stream,
        folder,
        segment: number,
        offset: number === cursor.segment ? cursor.offset : 0,
        bytes,
      }))
      .filter(({ offset, bytes }) => offset < bytes);
  });
}
