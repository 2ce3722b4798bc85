import { basename, dirname, join } from 'node:path';
import { pino } from 'pino';
import { setAsideIn } from '../../src/evaluation-log/set-aside.ts';
import { Spool } from '../../src/evaluation-log/spool.ts';
import { TwoStreamLog } from '../../src/evaluation-log/two-stream-log.ts';
import type { RecordingStream } from './recording-stream.ts';

/** A spool as the orchestrator opens them, with what it sets aside in a folder beside. */
export function spoolIn(folder: string, stream: RecordingStream, maxBytes = 10_000_000): Spool {
  const log = pino({ level: 'silent' });
  return new Spool({
    folder,
    maxBytes,
    stream,
    setAside: setAsideIn(dirname(folder), basename(folder), log),
    log,
  });
}

/** Opens a folder's log with one stream in place of Firehose's two. */
export const logIn = (stream: RecordingStream) => (folder: string) =>
  new TwoStreamLog({
    predictions: spoolIn(join(folder, 'predictions'), stream),
    outcomes: spoolIn(join(folder, 'outcomes'), stream),
  });
