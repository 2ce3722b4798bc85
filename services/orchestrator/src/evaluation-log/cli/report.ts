import Table from 'cli-table3';
import type { Drained } from './drain.ts';
import type { Listing } from './list.ts';
import type { FoundBad, Verification } from './verify.ts';

function table(head: string[], rows: string[][]): string {
  const made = new Table({ head, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
}

const age = (time: string | null, now: number) =>
  time === null ? '' : `${Math.max(0, Math.round((now - Date.parse(time)) / 1000))} s`;

/** Lines for a person. */
export function listingText({ spools, set_aside }: Listing, now = Date.now()): string {
  const lines: string[] = [];
  if (spools.length)
    lines.push(
      table(
        ['replica', 'held', 'stream', 'segments', 'records', 'bytes', 'oldest'],
        spools.map(({ replica, held, stream, segments, records, bytes, oldest_at }) => [
          replica,
          held ? 'yes' : 'no',
          stream,
          ...[segments, records, bytes].map(String),
          age(oldest_at, now),
        ]),
      ),
    );
  else lines.push('no replica has a spool here: nothing waits');
  if (set_aside.length)
    lines.push(
      table(
        ['set aside', 'file', 'bytes', 'reason'],
        set_aside.map(({ stream, name, bytes, reason }) => [
          stream,
          name,
          String(bytes),
          reason.slice(0, 60),
        ]),
      ),
    );
  return `${lines.join('\n')}\n`;
}

const stretch = ({ segment, offset, bytes }: FoundBad) => `${segment}, offset ${offset}: ${bytes} bytes`;

export function verificationText({ segments, records, damaged, incomplete }: Verification): string {
  const lines = [
    `${records} records in ${segments} segments are whole`,
    ...damaged.map((bad) => `damaged: ${stretch(bad)}`),
    ...incomplete.map((bad) => `never completed, or being written: ${stretch(bad)}`),
  ];
  return `${lines.join('\n')}\n`;
}

export function drainedText({ delivered, set_aside, left_bytes, left_aside }: Drained): string {
  const lines = [
    `${delivered} records delivered`,
    ...(set_aside ? [`${set_aside} records set aside: they are not taken`] : []),
    ...(left_bytes ? [`${left_bytes} bytes and what comes after are left: nothing was taken any more`] : []),
    ...(left_aside ? [`${left_aside} records that were set aside are not taken`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
