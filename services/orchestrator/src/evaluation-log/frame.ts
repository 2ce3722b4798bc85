import { crc32 } from 'node:zlib';

/** Bytes before each record: its length and the CRC-32 of its bytes, little-endian. */
const HEADER = 8;

/** Firehose takes 1,000 KB a record; no frame is longer. */
export const MAX_RECORD_BYTES = 1_024_000;

/** One record as it lies in a segment. */
export function frame(record: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + record.length);
  bytes.writeUInt32LE(record.length, 0);
  bytes.writeUInt32LE(crc32(record), 4);
  bytes.set(record, HEADER);
  return bytes;
}

export interface FrameScan {
  /** The records that are whole, and how many bytes they took with their headers. */
  records: Buffer[];
  bytes: number;
  /** Whether what follows is no whole record: a torn tail, or damage. */
  torn: boolean;
}

/** Reads whole records from the start of `bytes`, up to limits of count and size. */
export function scanFrames(bytes: Buffer, maxRecords: number, maxBytes: number): FrameScan {
  const scan: FrameScan = { records: [], bytes: 0, torn: false };
  let total = 0;
  while (scan.bytes < bytes.length && scan.records.length < maxRecords) {
    const start = scan.bytes + HEADER;
    const length = start <= bytes.length ? bytes.readUInt32LE(scan.bytes) : Number.POSITIVE_INFINITY;
    const record = bytes.subarray(start, start + length);
    scan.torn =
      length > MAX_RECORD_BYTES ||
      record.length < length ||
      crc32(record) !== bytes.readUInt32LE(scan.bytes + 4);
    if (scan.torn || (scan.records.length > 0 && total + length > maxBytes)) break;
    scan.records.push(record);
    scan.bytes = start + length;
    total += length;
  }
  return scan;
}
