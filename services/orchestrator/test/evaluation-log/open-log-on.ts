import type { FirehoseClient } from '@aws-sdk/client-firehose';
import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import { pino } from 'pino';
import { FirehoseStream } from '../../src/evaluation-log/firehose-stream.ts';
import {
  type EvaluationLogOptions,
  openEvaluationLog,
} from '../../src/evaluation-log/open-evaluation-log.ts';

type Options = Pick<EvaluationLogOptions, 'acknowledgement' | 'root'> & Partial<EvaluationLogOptions>;

/** The log as main.ts opens it, on an embedded Firehose. */
export function openLogOn(firehose: FirehoseClient, { maxBytes = 10_000_000, ...options }: Options) {
  return openEvaluationLog({
    maxBytes,
    maxQueueBytes: maxBytes,
    names: {
      predictions: EVALUATION_TABLES.prediction_records.stream,
      outcomes: EVALUATION_TABLES.outcome_records.stream,
    },
    streamOf: (name) => new FirehoseStream(firehose, name),
    deadlineMs: 2_000,
    load: { busy: 0 },
    log: pino({ level: 'silent' }),
    lookMs: 50,
    ...options,
  });
}
