import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import type { AppendOptions, EvaluationLog, LogBacklog, LogCounts } from './evaluation-log.ts';
import { sumBacklogs, sumCounts } from './log-figures.ts';
import type { RecordLog } from './record-log.ts';

/** The log of one folder: predictions go to one delivery stream, outcomes to another. */
export class TwoStreamLog implements EvaluationLog {
  readonly #predictions: RecordLog;
  readonly #outcomes: RecordLog;

  constructor(logs: { predictions: RecordLog; outcomes: RecordLog }) {
    this.#predictions = logs.predictions;
    this.#outcomes = logs.outcomes;
  }

  appendPrediction(record: PredictionRecord, options: AppendOptions = {}): Promise<void> {
    return this.#predictions.append([record], options.deadline);
  }

  appendOutcomes(records: readonly OutcomeRecord[], options: AppendOptions = {}): Promise<void> {
    return this.#outcomes.append(records, options.deadline);
  }

  backlog(): LogBacklog {
    return sumBacklogs([this.#predictions.backlog(), this.#outcomes.backlog()]);
  }

  counts(): LogCounts {
    return sumCounts([this.#predictions.counts(), this.#outcomes.counts()]);
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all([this.#predictions.close(graceMs), this.#outcomes.close(graceMs)]);
  }
}
