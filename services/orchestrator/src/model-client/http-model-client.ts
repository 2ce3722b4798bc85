import { TristoreError } from '@tristore/common/errors.ts';
import { Pool } from 'undici';
import type { CoalescerFigures } from '../coalescing/coalescer.ts';
import type { LoopLoad } from '../coalescing/loop-load.ts';
import { type Breaker, makeBreaker } from '../resilience/breaker.ts';
import type { ModelAnswer, ModelClient, ScoreRequest } from './model-client.ts';
import { unreachable, VersionLane } from './version-lane.ts';

export interface HttpModelClientOptions {
  url: string;
  serviceKey: string | undefined;
  load: Pick<LoopLoad, 'busy'>;
  /** Rows of one version that may wait. */
  maxWaiting: number;
}

/** The model server over HTTP: Open Inference Protocol, tensors in binary, concurrent rows of a version in one call. */
export class HttpModelClient implements ModelClient {
  readonly breaker: Breaker;
  readonly #options: HttpModelClientOptions;
  readonly #pool: Pool;
  readonly #headers: Record<string, string>;
  readonly #lanes = new Map<string, VersionLane>();

  constructor(options: HttpModelClientOptions) {
    this.#options = options;
    this.#pool = new Pool(options.url, { connections: 64, connectTimeout: 1_000, keepAliveTimeout: 30_000 });
    this.#headers = options.serviceKey ? { 'x-api-key': options.serviceKey } : {};
    this.breaker = makeBreaker({
      isFault: (error) => error instanceof TristoreError && error.code === 'model_unavailable',
      broken: () => unreachable(),
    });
  }

  score(request: ScoreRequest): Promise<ModelAnswer> {
    return this.#lane(request).score(request);
  }

  #lane({ model, version, explain }: ScoreRequest): VersionLane {
    const key = `${model}/${version}/${explain}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      const { load, maxWaiting } = this.#options;
      lane = new VersionLane({
        model,
        version,
        explain,
        pool: this.#pool,
        headers: this.#headers,
        load,
        breaker: this.breaker,
        maxWaiting,
      });
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  /** How the rows of all versions share calls. */
  coalescers(): CoalescerFigures[] {
    return [...this.#lanes.values()].map(({ coalescer }) => coalescer);
  }

  async ready(signal: AbortSignal): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path: '/v2/health/ready',
        signal,
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
