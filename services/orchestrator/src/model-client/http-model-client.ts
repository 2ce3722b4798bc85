import { JSON_LENGTH_HEADER, TIMEOUT_HEADER } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { Pool } from 'undici';
import type { ModelClient, ScoreRequest } from './model-client.ts';
import { decodeProbability, encodeRow } from './oip-binary.ts';

const RETRY_AFTER_SECONDS = 1;

/** The model server over HTTP: Open Inference Protocol, tensors in binary. */
export class HttpModelClient implements ModelClient {
  readonly #pool: Pool;
  readonly #key: Record<string, string>;

  constructor(options: { url: string; serviceKey: string | undefined }) {
    this.#pool = new Pool(options.url, { connections: 64, connectTimeout: 1_000, keepAliveTimeout: 30_000 });
    this.#key = options.serviceKey ? { 'x-api-key': options.serviceKey } : {};
  }

  async score({ model, version, vector, requestId, deadline, signal }: ScoreRequest): Promise<number> {
    const left = deadline - performance.now();
    if (left <= 0) throw unavailable('no time is left to ask the model server', signal.reason);
    const { headers, body } = encodeRow(vector);
    let status: number;
    let bytes: Buffer;
    let jsonLength: string | undefined;
    try {
      const answer = await this.#pool.request({
        method: 'POST',
        path: `/v2/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}/infer`,
        headers: {
          ...headers,
          ...this.#key,
          'x-request-id': requestId,
          [TIMEOUT_HEADER]: Math.max(left, 0.001).toFixed(3),
        },
        body,
        signal,
      });
      status = answer.statusCode;
      bytes = Buffer.from(await answer.body.arrayBuffer());
      jsonLength = answer.headers[JSON_LENGTH_HEADER] as string | undefined;
      if (status === 200) return decodeProbability(bytes, jsonLength);
    } catch (cause) {
      throw unavailable('the model server does not answer', cause);
    }
    const said = bytes.toString('utf8', 0, 500);
    if (status === 404)
      throw new TristoreError(
        'version_not_found',
        `the model server does not hold ${model} version ${version}`,
      );
    throw unavailable(
      `the model server cannot score ${model} version ${version}`,
      new Error(`${status} ${said}`),
    );
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

const unavailable = (message: string, cause: unknown) =>
  new TristoreError('model_unavailable', message, { retryAfter: RETRY_AFTER_SECONDS, cause });
