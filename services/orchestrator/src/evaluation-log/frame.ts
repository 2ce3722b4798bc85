import { crc32 } from 'node:zlib';

/** Bytes before each record: its length and the CRC-32 of its bytes, little-endian. */
export const HEADER_BYTES = 8;

/** Firehose takes 1,000 KB a record; no frame is longer. */
export const MAX_RECORD_BYTES = 1_024_000;

const BRACE = 0x7b;
const NEWLINE = 0x0a;

/** What lies where a whole frame should: its beginning alone, or something else. */
export type Fault = 'incomplete' | 'damaged';

/** The record of the frame at `offset`, or what is wrong there. */
export function readFrame(bytes: Buffer, offset: number): Buffer | Fault {
  const start = offset + HEADER_BYTES;
  if (start > bytes.length) return 'incomplete';
  const length = bytes.readUInt32LE(offset);
  if (length > MAX_RECORD_BYTES) return 'damaged';
  if (start + length > bytes.length) return 'incomplete';
  const record = bytes.subarray(start, start + length);
  return crc32(record) === bytes.readUInt32LE(offset + 4) ? record : 'damaged';
}

export interface FrameScan {
  /** The records that are whole, and how many bytes they took with their headers. */
  records: Buffer[];
  bytes: number;
}

/** Reads whole records from the start of `bytes`, at least one where there is one, up to limits of count and size. */
export function scanFrames(bytes: Buffer, maxRecords: number, maxBytes: number): FrameScan {
  const scan: FrameScan = { records: [], bytes: 0 };
  let total = 0;
  while (scan.bytes < bytes.length && scan.records.length < maxRecords) {
    const record = readFrame(bytes, scan.bytes);
    if (typeof record === 'string') break;
    total += record.length;
    if (total > maxBytes && scan.records.length > 0) break;
    scan.records.push(record);
    scan.bytes += HEADER_BYTES + record.length;
  }
  return scan;
}

/**
 * The offset of the first whole frame at or after `from`; `bytes.length` where there is none. A record is a line of
 * JSON, which tells nearly every wrong place before its CRC is looked at.
 */
export function findFrame(bytes: Buffer, from: number): number {
  const last = bytes.length - HEADER_BYTES - 2;
  for (let offset = from; offset <= last; offset++) {
    if (bytes[offset + HEADER_BYTES] !== BRACE) continue;
    const end = offset + HEADER_BYTES + bytes.readUInt32LE(offset);
    if (end > bytes.length || bytes[end - 1] !== NEWLINE) continue;
    if (typeof readFrame(bytes, offset) !== 'string') return offset;
  }
  return bytes.length;
}
