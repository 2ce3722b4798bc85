import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCursor } from './cursor.ts';
import { listSegments } from './segment-files.ts';
import type { SpoolFolder } from './spool-folder.ts';

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

/** The delivery streams for which a replica's folder has a spool. */
export const listStreams = (replica: string): string[] =>
  readdirSync(replica, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** What a replica's folder still holds, by streams, oldest first. */
export function listUndelivered(replica: string): Undelivered[] {
  return listStreams(replica).flatMap((stream) => {
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

/** Gives a folder back; one that holds nothing is removed, so that nobody need look after it. */
export async function leaveFolder(folder: SpoolFolder): Promise<void> {
  await (listUndelivered(folder.path).length ? folder.release() : folder.remove());
}
