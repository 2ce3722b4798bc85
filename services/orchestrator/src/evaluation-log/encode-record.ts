import { MAX_RECORD_BYTES } from './frame.ts';
import { tooLarge } from './refusals.ts';

/** A record as the delivery stream takes it: a line of JSON. */
export const lineOf = (record: object): string => `${JSON.stringify(record)}\n`;

/** @throws TristoreError invalid_request for one that Firehose could never take */
export function encodeRecord(record: object): Buffer {
  const bytes = Buffer.from(lineOf(record));
  if (bytes.length > MAX_RECORD_BYTES) throw tooLarge();
  return bytes;
}
