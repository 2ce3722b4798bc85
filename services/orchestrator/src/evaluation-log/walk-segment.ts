import { type Fault, findFrame, HEADER_BYTES, readFrame } from './frame.ts';

/** A stretch of a segment that holds no whole frame. */
export interface BadStretch {
  offset: number;
  bytes: number;
  fault: Fault;
}

export interface SegmentWalk {
  records: Buffer[];
  bad: BadStretch[];
}

/**
 * The stretch at `offset` that cannot be read. It is incomplete only where nothing whole follows: an append that a
 * crash cut off, and so never acknowledged; everything else is damage to what was.
 */
export function badStretch(bytes: Buffer, offset: number, fault: Fault): BadStretch {
  const next = findFrame(bytes, offset + 1);
  const atEnd = next === bytes.length;
  return { offset, bytes: next - offset, fault: atEnd ? fault : 'damaged' };
}

/** Every whole record of a segment from `from` on, and every stretch between them. */
export function walkSegment(bytes: Buffer, from = 0): SegmentWalk {
  const walk: SegmentWalk = { records: [], bad: [] };
  for (let offset = from; offset < bytes.length; ) {
    const record = readFrame(bytes, offset);
    if (typeof record === 'string') {
      const bad = badStretch(bytes, offset, record);
      walk.bad.push(bad);
      offset += bad.bytes;
    } else {
      walk.records.push(record);
      offset += HEADER_BYTES + record.length;
    }
  }
  return walk;
}
