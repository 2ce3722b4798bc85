import type { LogBacklog, LogCounts } from './evaluation-log.ts';

/** Records on their way to one delivery stream; each adapter means something else by an acknowledgement. */
export interface RecordLog {
  /**
   * Resolves when the records are acknowledged.
   * @param deadline on the clock of performance.now()
   * @throws TristoreError invalid_request, evaluation_log_full, evaluation_log_unavailable
   */
  append(records: readonly object[], deadline?: number): Promise<void>;
  backlog(): LogBacklog;
  counts(): LogCounts;
  /** Delivers what is left, for at most `graceMs`. */
  close(graceMs: number): Promise<void>;
}
