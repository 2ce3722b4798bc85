import type { Logger } from 'pino';
import { FrameBuffer } from './frame-buffer.ts';
import { Segments } from './segments.ts';
import type { SetAside } from './set-aside.ts';

/** Writes records that were in memory alone to a spool's folder; what cannot be written is lost, and the log says so. */
export async function spill(
  records: readonly Uint8Array[],
  { folder, setAside, log }: { folder: string; setAside: SetAside; log: Pick<Logger, 'warn' | 'error'> },
): Promise<void> {
  try {
    const segments = new Segments({ folder, setAside, log });
    const frames = new FrameBuffer();
    for (const record of records) frames.add(Buffer.from(record).toString('utf8'));
    await segments.append(frames.frames, frames.records);
    await segments.close();
    log.warn({ folder, records: records.length }, 'what was not delivered was written to the spool');
  } catch (err) {
    log.error(
      { err, folder, records: records.length },
      'records are lost: they cannot be written to the spool',
    );
  }
}
