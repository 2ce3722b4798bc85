import { recordTime } from '../record-time.ts';
import { type KeptRecord, RECORD_END } from '../set-aside.ts';
import { walkSegment } from '../walk-segment.ts';
import type { SpoolPlace } from './spool-place.ts';

export interface ListedSpool {
  replica: string;
  /** Whether a living process holds it. */
  held: boolean;
  stream: string;
  segments: number;
  /** Not delivered. */
  records: number;
  bytes: number;
  oldest_at: string | null;
}

export interface ListedAside {
  stream: string;
  name: string;
  bytes: number;
  reason: string;
}

export interface Listing {
  spools: ListedSpool[];
  set_aside: ListedAside[];
}

/** What waits in a place, by replica and stream. */
export async function list(place: SpoolPlace): Promise<Listing> {
  const spools: ListedSpool[] = [];
  for (const { name: replica, held, segments } of await place.replicas()) {
    const streams = new Map<string, ListedSpool>();
    for (const { stream, offset, bytes, read } of segments) {
      const spool = streams.get(stream) ?? {
        ...{ replica, held, stream, segments: 0, records: 0, bytes: 0 },
        oldest_at: null,
      };
      const { records } = walkSegment(await read(), offset);
      const [oldest] = records;
      const time = oldest && recordTime(oldest);
      if (time !== undefined) spool.oldest_at ??= new Date(time).toISOString();
      spool.segments++;
      spool.records += records.length;
      spool.bytes += bytes - offset;
      streams.set(stream, spool);
    }
    if (!streams.size)
      spools.push({ replica, held, stream: '', segments: 0, records: 0, bytes: 0, oldest_at: null });
    spools.push(...streams.values());
  }
  const aside = await Promise.all(
    (await place.setAside()).map(async ({ stream, name, bytes, read }) => {
      const kept: Partial<KeptRecord> = name.endsWith(RECORD_END)
        ? JSON.parse((await read()).toString('utf8'))
        : { reason: 'damaged' };
      return { stream, name, bytes, reason: String(kept.reason) };
    }),
  );
  return { spools, set_aside: aside };
}
