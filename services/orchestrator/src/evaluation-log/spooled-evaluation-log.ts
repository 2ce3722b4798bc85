import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import type { EvaluationLog } from './evaluation-log.ts';
import type { Spool } from './spool.ts';

/** The log with acknowledgement `disk`: a spool for each delivery stream. */
export class SpooledEvaluationLog implements EvaluationLog {
  readonly #predictions: Spool;
  readonly #outcomes: Spool;

  constructor(spools: { predictions: Spool; outcomes: Spool }) {
    this.#predictions = spools.predictions;
    this.#outcomes = spools.outcomes;
  }

  async appendPrediction(record: PredictionRecord): Promise<void> {
    await this.#predictions.append([record]);
  }

  async appendOutcomes(records: readonly OutcomeRecord[]): Promise<void> {
    await this.#outcomes.append(records);
  }

  backlog(): { bytes: number; failing_since: string | null } {
    const spools = [this.#predictions, this.#outcomes];
    const since = spools.flatMap(({ failingSince }) => failingSince?.toISOString() ?? []).sort()[0];
    return {
      bytes: spools.reduce((total, { pendingBytes }) => total + pendingBytes, 0),
      failing_since: since ?? null,
    };
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all([this.#predictions.close(graceMs), this.#outcomes.close(graceMs)]);
  }
}
