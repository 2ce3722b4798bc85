import { join } from 'node:path';
import type { Logger } from 'pino';
import type { LoopLoad } from '../coalescing/loop-load.ts';
import type { DeliveryStream } from './delivery-stream.ts';
import type { EvaluationLog } from './evaluation-log.ts';
import { FirehoseRecordLog } from './firehose-record-log.ts';
import { MemoryRecordLog } from './memory-record-log.ts';
import type { RecordLog } from './record-log.ts';
import { ReplicaLog } from './replica-log.ts';
import type { RescueStore } from './rescue/rescue-store.ts';
import { setAsideIn } from './set-aside.ts';
import { Spool } from './spool.ts';
import { TwoStreamLog } from './two-stream-log.ts';

/** When an answer may be sent: its record is in a queue, on this disk, or with Firehose. */
export type Acknowledgement = 'memory' | 'disk' | 'firehose';

export interface StreamNames {
  predictions: string;
  outcomes: string;
}

export interface EvaluationLogOptions {
  acknowledgement: Acknowledgement;
  /** Where spools are, shared by all replicas on the same volume. */
  root: string;
  /** Bytes that may wait for each stream on disk, and in memory. */
  maxBytes: number;
  maxQueueBytes: number;
  /** Names of the delivery streams, and how one is reached. */
  names: StreamNames;
  streamOf(name: string): DeliveryStream;
  /** Milliseconds for an append whose caller gave no deadline. */
  deadlineMs: number;
  load: Pick<LoopLoad, 'busy'>;
  /** Where that which is undelivered at the end goes; without it it stays on this disk. */
  rescue?: RescueStore;
  log: Pick<Logger, 'warn' | 'info' | 'error'>;
  lookMs?: number;
}

type OpenStream = (folder: string, name: string) => RecordLog;

/** Opens the log with the acknowledgement that is wanted; what other processes left in spools is delivered by all. */
export async function openEvaluationLog(options: EvaluationLogOptions): Promise<ReplicaLog> {
  const { acknowledgement, root, names, streamOf, log, rescue, lookMs } = options;
  const common = (folder: string, name: string) => ({
    folder: join(folder, name),
    stream: streamOf(name),
    setAside: setAsideIn(root, name, log),
    log,
  });
  const open: Record<Acknowledgement, OpenStream> = {
    disk: (folder, name) => new Spool({ ...common(folder, name), maxBytes: options.maxBytes }),
    memory: (folder, name) =>
      new MemoryRecordLog({ ...common(folder, name), maxBytes: options.maxQueueBytes }),
    firehose: (folder, name) =>
      new FirehoseRecordLog({
        ...common(folder, name),
        maxBytes: options.maxQueueBytes,
        deadlineMs: options.deadlineMs,
        load: options.load,
      }),
  };
  const both =
    (openStream: OpenStream) =>
    (folder: string): EvaluationLog =>
      new TwoStreamLog({
        predictions: openStream(folder, names.predictions),
        outcomes: openStream(folder, names.outcomes),
      });
  return ReplicaLog.open({
    root,
    log,
    openSpool: both(open.disk),
    ...(acknowledgement !== 'disk' && { openOwn: both(open[acknowledgement]) }),
    ...(rescue && { rescue }),
    ...(lookMs !== undefined && { lookMs }),
  });
}
