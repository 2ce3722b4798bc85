import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';

/** Acknowledged, and not yet taken by Firehose. */
export interface LogBacklog {
  bytes: number;
  records: number;
  /** When the oldest of them came to be. */
  oldest_at: string | null;
  /** Since when delivery has been failing. */
  failing_since: string | null;
}

/** Since the process began. */
export interface LogCounts {
  /** Records that Firehose took. */
  delivered: number;
  /** Records that were sent once more. */
  retried: number;
  /** Records that were not acknowledged. */
  refused: number;
  /** Records that Firehose does not take, kept in the folder `set-aside`. */
  set_aside: number;
  /** Bytes of appends that a crash cut off: never acknowledged. */
  torn_bytes: number;
  /** Bytes of segments that are no records any more, kept in the folder `set-aside`. */
  damaged_bytes: number;
}

export interface AppendOptions {
  /** On the clock of performance.now(): when whoever waits for the acknowledgement stops waiting. */
  deadline?: number;
}

/** Where records wait to be delivered. When `append…` resolves, the record is acknowledged: it will be delivered. */
export interface EvaluationLog {
  /** @throws TristoreError evaluation_log_full, evaluation_log_unavailable */
  appendPrediction(record: PredictionRecord, options?: AppendOptions): Promise<void>;
  /** @throws TristoreError evaluation_log_full, evaluation_log_unavailable */
  appendOutcomes(records: readonly OutcomeRecord[], options?: AppendOptions): Promise<void>;
  backlog(): LogBacklog;
  counts(): LogCounts;
  /** Takes no more records, and tries to deliver what is left, within `graceMs`. */
  close(graceMs: number): Promise<void>;
}
