import { JSON_LENGTH_HEADER, TIMEOUT_HEADER } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { Pool } from 'undici';
import { Coalescer, type Outcome } from '../coalescing/coalescer.ts';
import { halving } from '../coalescing/halving.ts';
import type { LoopLoad } from '../coalescing/loop-load.ts';
import { type Breaker, makeBreaker } from '../resilience/breaker.ts';
import { makeRetry } from '../resilience/retry.ts';
import type { ModelAnswer, ScoreRequest } from './model-client.ts';
import { decodeRows, encodeRows } from './oip-binary.ts';

/** What is explained takes longer, and the model server explains at most this many rows of a slow kind in one go. */
const MAX_ROWS = { plain: 256, explained: 64 };
const RETRY_AFTER_SECONDS = 1;
/** The connection was refused or broke: asking again may reach a server that is back. */
const PASSING = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'];
const BROKEN_CALLS = makeRetry((error) =>
  PASSING.includes((error as { cause?: { code?: string } }).cause?.code ?? ''),
);
/** The model server has too much to do: the same question may be asked again. */
const BUSY = [429, 503];

/** The model server says that a row is at fault, or all of them. */
class RefusedRowsError extends Error {}

export const unreachable = (cause?: unknown) =>
  new TristoreError('model_unavailable', 'the model server does not answer', {
    retryAfter: RETRY_AFTER_SECONDS,
    cause,
  });

export interface VersionLaneOptions {
  model: string;
  version: string;
  explain: boolean;
  pool: Pool;
  headers: Readonly<Record<string, string>>;
  load: Pick<LoopLoad, 'busy'>;
  /** Of the model server, for all versions. */
  breaker: Breaker;
  maxWaiting: number;
}

/** The rows of one version on their way to the model server: they share calls. */
export class VersionLane {
  readonly coalescer: Coalescer<ScoreRequest, ModelAnswer>;
  readonly #options: VersionLaneOptions;
  readonly #path: string;
  readonly #what: string;
  /** A version that fails each time is left alone for a while, so that its stand-in answers at once. */
  readonly #ownBreaker: Breaker;

  constructor(options: VersionLaneOptions) {
    const { model, version, explain, load, maxWaiting } = options;
    this.#options = options;
    this.#path = `/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}/infer`;
    this.#what = `${model} version ${version}`;
    this.#ownBreaker = makeBreaker({
      isFault: (error) => error instanceof TristoreError && error.code === 'version_unavailable',
      broken: () => this.#failed(),
      restMs: 5_000,
    });
    this.coalescer = new Coalescer({
      load,
      maxItems: explain ? MAX_ROWS.explained : MAX_ROWS.plain,
      maxWaiting,
      call: halving(
        (rows, signal) => this.#ownBreaker.run(() => this.#call(rows, signal)),
        (error) => error instanceof RefusedRowsError,
      ),
      full: () =>
        new TristoreError('overloaded', 'too many rows wait for the model server', { retryAfter: 1 }),
      late: () => unreachable(new Error('no time is left to ask the model server')),
    });
  }

  async score(request: ScoreRequest): Promise<ModelAnswer> {
    try {
      return await this.coalescer.submit(request, request.deadline);
    } catch (error) {
      if (!(error instanceof RefusedRowsError)) throw error;
      if (request.explain)
        throw new TristoreError('invalid_request', `options.explain: ${this.#what} cannot be explained`, {
          details: [{ field: 'options.explain', problem: `is not possible for ${this.#what}` }],
          cause: error,
        });
      throw this.#failed(error);
    }
  }

  #failed(cause?: unknown): TristoreError {
    return new TristoreError('version_unavailable', `the model server cannot score ${this.#what}`, {
      retryAfter: RETRY_AFTER_SECONDS,
      cause,
    });
  }

  #call(rows: readonly ScoreRequest[], signal: AbortSignal): Promise<Outcome<ModelAnswer>[]> {
    return this.#options.breaker.run(() => BROKEN_CALLS.execute(() => this.#ask(rows, signal), signal));
  }

  async #ask(rows: readonly ScoreRequest[], signal: AbortSignal): Promise<Outcome<ModelAnswer>[]> {
    const [first] = rows;
    const { headers, body } = encodeRows(
      rows.map(({ vector }) => vector),
      this.#options.explain,
    );
    const left = Math.max(...rows.map(({ deadline }) => deadline)) - performance.now();
    let status: number;
    let bytes: Buffer;
    let jsonLength: string | undefined;
    try {
      const answer = await this.#options.pool.request({
        method: 'POST',
        path: this.#path,
        headers: {
          ...headers,
          ...this.#options.headers,
          // the first's stand for all that share the call
          'x-request-id': first?.requestId ?? '',
          ...(first?.traceparent && { traceparent: first.traceparent }),
          [TIMEOUT_HEADER]: Math.max(left, 0.001).toFixed(3),
        },
        body,
        signal,
      });
      status = answer.statusCode;
      jsonLength = answer.headers[JSON_LENGTH_HEADER] as string | undefined;
      bytes = Buffer.from(await answer.body.arrayBuffer());
    } catch (cause) {
      throw unreachable(cause);
    }
    if (status === 200) return this.#decoded(bytes, jsonLength, rows.length);
    if (BUSY.includes(status)) return rows.map(() => 'again');
    throw this.#errorOf(status, bytes);
  }

  #decoded(bytes: Buffer, jsonLength: string | undefined, count: number): Outcome<ModelAnswer>[] {
    try {
      return decodeRows(bytes, jsonLength, count).map((result) => ({ result }));
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  #errorOf(status: number, bytes: Buffer): Error {
    const said = new Error(`${status} ${bytes.toString('utf8', 0, 500)}`);
    if (status === 404)
      return new TristoreError('version_not_found', `the model server does not hold ${this.#what}`);
    if (status === 400) return new RefusedRowsError(said.message);
    if (status === 504) return unreachable(said);
    return status >= 500 ? this.#failed(said) : unreachable(said);
  }
}
