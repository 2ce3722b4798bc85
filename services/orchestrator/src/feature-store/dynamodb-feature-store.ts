import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { FeatureStore, RowKey, StoredRow } from './feature-store.ts';

type Item = Record<string, AttributeValue>;

const partitionKey = ({ view, id }: RowKey) => ({ pk: { S: `${view}#${id}` } });

function rowOf(item: Item): StoredRow {
  return {
    values: JSON.parse(item['values']?.S ?? '{}') as FeatureValues,
    eventTime: new Date(item['event_time']?.S ?? 0),
    writtenAt: new Date(item['written_at']?.S ?? 0),
  };
}

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

/** Table `features`: `pk = "<view>#<entity id>"`, the values as one JSON string (a map costs three times the CPU). */
export class DynamoDbFeatureStore implements FeatureStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(key: RowKey, signal?: AbortSignal): Promise<StoredRow | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: partitionKey(key) });
    const { Item: item } = await reached(this.#client.send(command, signal && { abortSignal: signal }));
    return item && rowOf(item);
  }

  async write(
    key: RowKey,
    { values, eventTime }: { values: FeatureValues; eventTime: Date },
  ): Promise<{ written: boolean; eventTime: Date }> {
    // ISO 8601 in UTC with milliseconds sorts as text
    const time = eventTime.toISOString();
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...partitionKey(key),
        values: { S: JSON.stringify(values) },
        event_time: { S: time },
        written_at: { S: new Date().toISOString() },
      },
      ConditionExpression: 'attribute_not_exists(pk) OR event_time <= :time',
      ExpressionAttributeValues: { ':time': { S: time } },
    });
    try {
      await reached(this.#client.send(command));
      return { written: true, eventTime };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const newer = await this.read(key);
      // deleted between the two calls: the next try of the caller will be accepted
      return { written: false, eventTime: newer?.eventTime ?? eventTime };
    }
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
