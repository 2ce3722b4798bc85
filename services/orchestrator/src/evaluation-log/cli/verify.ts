import { type BadStretch, walkSegment } from '../walk-segment.ts';
import type { SpoolPlace } from './spool-place.ts';

export interface FoundBad extends BadStretch {
  segment: string;
}

export interface Verification {
  segments: number;
  records: number;
  /** Stretches of segments that are no records any more. */
  damaged: FoundBad[];
  /** Ends of segments that a crash cut off, or that a living process is writing: never acknowledged. */
  incomplete: FoundBad[];
}

/** Reads every record that is not delivered, and checks its CRC. @param step is called after each segment */
export async function verify(place: SpoolPlace, step: () => void = () => {}): Promise<Verification> {
  const found: Verification = { segments: 0, records: 0, damaged: [], incomplete: [] };
  for (const { name: replica, segments } of await place.replicas())
    for (const { stream, name, offset, read } of segments) {
      const { records, bad } = walkSegment(await read(), offset);
      found.segments++;
      found.records += records.length;
      for (const stretch of bad) {
        const where = stretch.fault === 'damaged' ? found.damaged : found.incomplete;
        where.push({ segment: `${replica}/${stream}/${name}`, ...stretch });
      }
      step();
    }
  return found;
}
