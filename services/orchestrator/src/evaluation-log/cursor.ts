import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Segment } from './segment-files.ts';

/** A place in a folder of segments. */
export interface Position {
  segment: number;
  offset: number;
}

const START: Position = { segment: 0, offset: 0 };

/** Up to where a folder's records were delivered. What makes no sense is no cursor: all is delivered again. */
export function readCursor(folder: string, segments: readonly Segment[]): Position {
  let cursor: Partial<Record<keyof Position, unknown>> | null;
  try {
    cursor = JSON.parse(readFileSync(join(folder, 'cursor.json'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return START;
    throw error;
  }
  const { segment, offset } = cursor ?? START;
  if (!Number.isSafeInteger(segment) || !Number.isSafeInteger(offset)) return START;
  const position = { segment: segment as number, offset: offset as number };
  const bytes = segments.find(({ number }) => number === position.segment)?.bytes ?? position.offset;
  return position.offset >= 0 && position.offset <= bytes ? position : { ...position, offset: 0 };
}

/** Whole or not at all. */
export async function writeCursor(folder: string, position: Position): Promise<void> {
  const temporary = join(folder, 'cursor.tmp');
  await writeFile(temporary, JSON.stringify(position), { mode: 0o600 });
  await rename(temporary, join(folder, 'cursor.json'));
}
