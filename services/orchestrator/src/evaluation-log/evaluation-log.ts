import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';

/** Where records wait to be delivered. When `append…` resolves, the record is acknowledged: it will be delivered. */
export interface EvaluationLog {
  /**
   * @param options `deadline` on the clock of performance.now(): past it nobody waits for the acknowledgement
   * @throws TristoreError evaluation_log_full, evaluation_log_unavailable
   */
  appendPrediction(record: PredictionRecord, options?: { deadline?: number }): Promise<void>;
  /** @throws TristoreError evaluation_log_full, evaluation_log_unavailable */
  appendOutcomes(records: readonly OutcomeRecord[]): Promise<void>;
  /** Bytes not yet delivered, and since when delivery has been failing. */
  backlog(): { bytes: number; failing_since: string | null };
  /** Takes no more records, and tries to deliver what is left, within `graceMs`. */
  close(graceMs: number): Promise<void>;
}
