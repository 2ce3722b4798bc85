import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TristoreError } from '@tristore/common/errors.ts';
import { Coalescer, type Outcome } from '../coalescing/coalescer.ts';
import { halving } from '../coalescing/halving.ts';
import type { LoopLoad } from '../coalescing/loop-load.ts';
import { type Breaker, makeBreaker } from '../resilience/breaker.ts';
import { makeRetry } from '../resilience/retry.ts';

export type Item = Record<string, AttributeValue>;

/** BatchGetItem's own limit. */
const MAX_KEYS = 100;
const THROTTLED = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
];

const nameOf = (error: unknown) => (error as Error).name;
const isThrottled = (error: unknown) => THROTTLED.includes(nameOf(error));
/** The service answered, and says that the request is at fault. */
const isRefused = (error: unknown) =>
  nameOf(error) === 'ValidationException' || nameOf(error) === 'SerializationException';

/** The call broke, or the service's own work: it may go well the next time. */
const isBroken = (error: unknown) => !isRefused(error) && !isThrottled(error);

const unavailable = (message: string, cause?: unknown) =>
  new TristoreError('feature_store_unavailable', message, { retryAfter: 1, cause });

export interface CoalescedReadsOptions {
  client: DynamoDBClient;
  table: string;
  load: Pick<LoopLoad, 'busy'>;
  /** Reads that may wait for a call. */
  maxWaiting: number;
}

/** Reads of single items that share calls of BatchGetItem; the same key asked for twice in one is read once. */
export class CoalescedReads {
  readonly breaker: Breaker;
  readonly coalescer: Coalescer<string, Item | undefined>;
  readonly #retry = makeRetry(isBroken);
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, table, load, maxWaiting }: CoalescedReadsOptions) {
    this.#client = client;
    this.#table = table;
    this.breaker = makeBreaker({
      isFault: isBroken,
      broken: () => unavailable('the feature store does not answer'),
    });
    this.coalescer = new Coalescer({
      load,
      maxItems: MAX_KEYS,
      maxWaiting,
      call: halving((keys, signal) => this.#call(keys, signal), isRefused),
      full: () => new TristoreError('overloaded', 'too many reads of features wait', { retryAfter: 1 }),
      late: () => unavailable('the feature store does not answer in time'),
    });
  }

  /** @param deadline on the clock of performance.now() @throws TristoreError feature_store_unavailable, overloaded */
  async read(pk: string, deadline: number): Promise<Item | undefined> {
    try {
      return await this.coalescer.submit(pk, deadline);
    } catch (error) {
      throw error instanceof TristoreError ? error : unavailable('the feature store does not answer', error);
    }
  }

  async #call(keys: readonly string[], signal: AbortSignal): Promise<Outcome<Item | undefined>[]> {
    try {
      return await this.breaker.run(() => this.#retry.execute(() => this.#get(keys, signal), signal));
    } catch (error) {
      // there is no room for them now: they come again, later each time, until their deadlines
      if (isThrottled(error)) return keys.map(() => 'again');
      throw error;
    }
  }

  async #get(keys: readonly string[], signal: AbortSignal): Promise<Outcome<Item | undefined>[]> {
    const command = new BatchGetItemCommand({
      RequestItems: { [this.#table]: { Keys: [...new Set(keys)].map((pk) => ({ pk: { S: pk } })) } },
    });
    const answer = await this.#client.send(command, { abortSignal: signal });
    const found = new Map(answer.Responses?.[this.#table]?.map((item) => [item['pk']?.S, item]));
    const left = new Set(answer.UnprocessedKeys?.[this.#table]?.Keys?.map((key) => key['pk']?.S));
    return keys.map((pk) => (left.has(pk) ? 'again' : { result: found.get(pk) }));
  }
}
