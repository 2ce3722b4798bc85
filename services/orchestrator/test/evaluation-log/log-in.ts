import { join } from 'node:path';
import { pino } from 'pino';
import { Spool } from '../../src/evaluation-log/spool.ts';
import { SpooledEvaluationLog } from '../../src/evaluation-log/spooled-evaluation-log.ts';
import type { RecordingStream } from './recording-stream.ts';

/** Opens a folder's log as main.ts does, with one stream in place of Firehose's two. */
export const logIn = (stream: RecordingStream) => (folder: string) => {
  const spool = (name: string) =>
    new Spool({ folder: join(folder, name), maxBytes: 1_000_000, stream, log: pino({ level: 'silent' }) });
  return new SpooledEvaluationLog({ predictions: spool('predictions'), outcomes: spool('outcomes') });
};
