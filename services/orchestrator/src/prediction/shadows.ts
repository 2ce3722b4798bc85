import type { EvaluationLog } from '../evaluation-log/evaluation-log.ts';
import type { ModelClient } from '../model-client/model-client.ts';
import type { PredictionCase } from './prediction-case.ts';
import { recordOf } from './record.ts';
import type { KnownVersion } from './routing-plan.ts';
import { scoreWith } from './score.ts';
import type { StoredRows } from './stored-rows.ts';

/** Shadow scores under way at most: beyond them shadows are left out, so that they never hold up answers. */
const MOST = 1_000;

/** Scores the shadows of answers, and keeps what they said under the answer's event id; nobody waits for them. */
export class Shadows {
  readonly #models: ModelClient;
  readonly #log: EvaluationLog;
  readonly #underWay = new Set<Promise<void>>();
  kept = 0;
  /** Left out because too many were under way, or because the version or the log could not. */
  lost = 0;

  constructor(ports: { models: ModelClient; log: EvaluationLog }) {
    this.#models = ports.models;
    this.#log = ports.log;
  }

  follow(rows: StoredRows, asked: PredictionCase, shadows: readonly KnownVersion[]): void {
    for (const version of shadows) {
      if (this.#underWay.size >= MOST) {
        this.lost++;
        continue;
      }
      const work = this.#score(rows, { ...asked, explain: false }, version)
        .then(() => {
          this.kept++;
        })
        .catch(() => {
          this.lost++;
        })
        .finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
  }

  async #score(rows: StoredRows, asked: PredictionCase, version: KnownVersion): Promise<void> {
    const scored = await scoreWith(this.#models, rows, asked, version);
    await this.#log.appendPrediction(recordOf(asked, version, 'shadow', scored));
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
