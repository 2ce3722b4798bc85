import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { ViewStore } from './view-store.ts';

const FRESH_MS = 5_000;
const NAMES = { pk: { S: 'feature-views' } };
const partitionKey = (name: string) => ({ pk: { S: `feature-view#${name}` } });

const unavailable = (cause: unknown) =>
  new TristoreError('feature_store_unavailable', 'the feature store does not answer', {
    retryAfter: 1,
    cause,
  });

/** Views in the table `state`, one item each, and one item with their names. Reads are up to 5 s old. */
export class DynamoDbViewStore implements ViewStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #cache = new Map<string, { view: FeatureView; readAt: number }>();
  readonly #reading = new Map<string, Promise<{ view: FeatureView | undefined; readAt: number }>>();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async list(): Promise<FeatureView[]> {
    const item = await this.#read(NAMES);
    const views = await Promise.all((item?.['names']?.SS ?? []).sort().map((name) => this.get(name)));
    return views.filter((view) => view !== undefined);
  }

  async get(name: string, { fresh = false } = {}): Promise<FeatureView | undefined> {
    const cached = this.#cache.get(name);
    if (!fresh && cached && Date.now() - cached.readAt < FRESH_MS) return cached.view;
    // those who ask meanwhile wait for the same answer
    const reading = (fresh ? undefined : this.#reading.get(name)) ?? this.#readView(name);
    this.#reading.set(name, reading);
    try {
      const { view, readAt } = await reading;
      // what a change through here overtook is old
      if (view && this.#reading.get(name) === reading) this.#cache.set(name, { view, readAt });
      return view;
    } finally {
      if (this.#reading.get(name) === reading) this.#reading.delete(name);
    }
  }

  async #readView(name: string): Promise<{ view: FeatureView | undefined; readAt: number }> {
    const readAt = Date.now();
    const definition = (await this.#read(partitionKey(name)))?.['definition']?.S;
    return { view: definition ? (JSON.parse(definition) as FeatureView) : undefined, readAt };
  }

  async put(view: FeatureView, current: FeatureView | undefined): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        ...partitionKey(view.name),
        definition: { S: JSON.stringify(view) },
        changed_at: { S: new Date().toISOString() },
      },
      ConditionExpression: current ? '#definition = :current' : 'attribute_not_exists(pk)',
      ...(current && {
        ExpressionAttributeNames: { '#definition': 'definition' },
        ExpressionAttributeValues: { ':current': { S: JSON.stringify(current) } },
      }),
    });
    try {
      await this.#client.send(command);
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: NAMES,
          UpdateExpression: 'ADD #names :name',
          ExpressionAttributeNames: { '#names': 'names' },
          ExpressionAttributeValues: { ':name': { SS: [view.name] } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw unavailable(error);
    } finally {
      this.#cache.delete(view.name);
      this.#reading.delete(view.name);
    }
  }

  async #read(key: { pk: { S: string } }) {
    const command = new GetItemCommand({ TableName: this.#table, Key: key, ConsistentRead: true });
    const { Item: item } = await this.#client.send(command).catch((error: unknown) => {
      throw unavailable(error);
    });
    return item;
  }
}
