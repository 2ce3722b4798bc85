import { type BatchLimits, BatchQueue, type Call } from './batch-queue.ts';
import type { LoadedVersion } from './load-version.ts';
import type { Predictor } from './predict.ts';
import type { NamedTensor } from './tensor.ts';

/** A queue for each version that is called, for as long as the version lives. */
export class Batching {
  readonly #queues = new WeakMap<LoadedVersion, BatchQueue>();
  readonly #limits: BatchLimits;
  readonly #predictorOf: (version: LoadedVersion) => Predictor;

  /** @param predictorOf what executes for a version; metrics wrap it */
  constructor(limits: BatchLimits, predictorOf: (version: LoadedVersion) => Predictor) {
    this.#limits = limits;
    this.#predictorOf = predictorOf;
  }

  /** @throws TristoreError overloaded, deadline_exceeded; and what the predictor throws */
  predict(version: LoadedVersion, call: Call): Promise<NamedTensor[]> {
    let queue = this.#queues.get(version);
    if (!queue) {
      queue = new BatchQueue(this.#predictorOf(version), version.batchable, this.#limits);
      this.#queues.set(version, queue);
    }
    return queue.predict(call);
  }

  /** Rows that wait for a version. */
  queuedRows(version: LoadedVersion): number {
    return this.#queues.get(version)?.queuedRows ?? 0;
  }
}
