import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { LoopLoad } from '../coalescing/loop-load.ts';
import { CoalescedReads } from './coalesced-reads.ts';
import { itemOf, partitionKey, pkOf, rowOf } from './feature-item.ts';
import type { FeatureStore, RowKey, StoredRow } from './feature-store.ts';

const READ_MS = 2_000;

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw error;
    throw new TristoreError('feature_store_unavailable', 'the feature store does not answer', {
      retryAfter: 1,
      cause: error,
    });
  }
}

export interface DynamoDbFeatureStoreOptions {
  client: DynamoDBClient;
  table: string;
  /** For reads, which are tried again here: it makes one attempt. Without it the same client. */
  readClient?: DynamoDBClient;
  /** Without it the process counts as idle: four calls in flight. */
  load?: Pick<LoopLoad, 'busy'>;
  /** Reads that may wait. */
  maxWaiting?: number;
}

/** Table `features`: `pk = "<view>#<entity id>"`, the values as one JSON string (a map costs three times the CPU). */
export class DynamoDbFeatureStore implements FeatureStore {
  readonly reads: CoalescedReads;
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(options: DynamoDbFeatureStoreOptions) {
    const { client, table, readClient = client, load = { busy: 0 }, maxWaiting = 5_000 } = options;
    this.#client = client;
    this.#table = table;
    this.reads = new CoalescedReads({ client: readClient, table, load, maxWaiting });
  }

  async read(key: RowKey, deadline = performance.now() + READ_MS): Promise<StoredRow | undefined> {
    const item = await this.reads.read(pkOf(key), deadline);
    return item && rowOf(item);
  }

  async write(
    key: RowKey,
    row: { values: FeatureValues; eventTime: Date },
  ): Promise<{ written: boolean; eventTime: Date }> {
    const { eventTime } = row;
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: itemOf(key, row),
      ConditionExpression: 'attribute_not_exists(pk) OR event_time <= :time',
      ExpressionAttributeValues: { ':time': { S: eventTime.toISOString() } },
    });
    try {
      await reached(this.#client.send(command));
      return { written: true, eventTime };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const newer = await this.#readNewest(key);
      // deleted between the two calls: the next try of the caller will be accepted
      return { written: false, eventTime: newer?.eventTime ?? eventTime };
    }
  }

  async #readNewest(key: RowKey): Promise<StoredRow | undefined> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: partitionKey(key),
      ConsistentRead: true,
    });
    const { Item: item } = await reached(this.#client.send(command));
    return item && rowOf(item);
  }

  async delete(key: RowKey): Promise<boolean> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: partitionKey(key),
      ReturnValues: 'ALL_OLD',
    });
    const { Attributes: old } = await reached(this.#client.send(command));
    return old !== undefined;
  }
}
