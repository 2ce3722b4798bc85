import type { PredictionAnswer, PredictionRequest } from '@tristore/common/contracts/prediction.ts';
import { LRUCache } from 'lru-cache';

const MOST = 10_000;

/**
 * This replica's answers of the last while, for callers that allow an answer to be somewhat old. They are found by the
 * version that answers, client, entities, features and explain; an answer to a case with a reference is not kept, since
 * it is that case's own.
 */
export class RecentAnswers {
  readonly #answers = new LRUCache<string, { answer: PredictionAnswer; at: number }>({ max: MOST });

  /** The key of a request; undefined where its answer may be nobody else's. */
  keyOf(request: PredictionRequest, versions: readonly string[]): string | undefined {
    if (request.reference !== undefined) return undefined;
    const { client, entities = {}, features = {}, options } = request;
    const sorted = (values: object) => Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([
      request.model.model_name,
      versions,
      String(client.id),
      sorted(entities).map(([name, id]) => [name, String(id)]),
      sorted(features),
      options?.explain ?? false,
    ]);
  }

  /** @param maxAgeMs how old it may be */
  find(key: string, maxAgeMs: number): PredictionAnswer | undefined {
    const found = this.#answers.get(key);
    return found && Date.now() - found.at <= maxAgeMs ? { ...found.answer, cached: true } : undefined;
  }

  keep(key: string, answer: PredictionAnswer): void {
    this.#answers.set(key, { answer, at: Date.now() });
  }
}
