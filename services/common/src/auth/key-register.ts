import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, idOf, partitionKey } from './api-key-item.ts';

/** BatchGetItem takes no more. */
const BATCH = 100;
const ROUNDS = 5;
/**
 * Names every key: the table `state` holds much else, and looking through all of it for the keys would take ever longer.
 * DynamoDB's limit of 400 KB an item leaves room for some 6,000 keys.
 */
const REGISTER = { pk: { S: 'api-keys' } };

/** The items of all keys, found without a look at the rest of the table. */
export class KeyRegister {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Every key that is still in the table, in no order. Forgets those that DynamoDB deleted. */
  async items(): Promise<Item[]> {
    const { Item: register } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: REGISTER, ConsistentRead: true }),
    );
    const digests = register?.['digests']?.SS ?? [];
    const items: Item[] = [];
    for (let i = 0; i < digests.length; i += BATCH)
      items.push(...(await this.#batch(digests.slice(i, i + BATCH))));
    const found = new Set(items.map((item) => item['pk']?.S));
    const gone = digests.filter((digest) => !found.has(partitionKey(digest)));
    if (gone.length) await this.#forget(gone, register?.['changes'] ?? { N: '0' });
    return items;
  }

  /**
   * Keeps a key. Named before, so that a crash leaves none that `items` does not find; and after, since somebody who
   * looked in between did not find it and forgot it.
   */
  async put(digest: string, item: Item): Promise<void> {
    await this.#name(digest);
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item }));
    await this.#name(digest);
  }

  /** Sets attributes of a key that is not revoked. @returns whether there was one */
  async change(digest: string, attributes: Item): Promise<boolean> {
    const names = Object.keys(attributes);
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: { pk: { S: partitionKey(digest) } },
          UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revoked_at)',
          ExpressionAttributeValues: Object.fromEntries(
            names.map((name) => [`:${name}`, attributes[name] ?? { NULL: true }]),
          ),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async #batch(digests: readonly string[]): Promise<Item[]> {
    const items: Item[] = [];
    let keys: Item[] = digests.map((digest) => ({ pk: { S: partitionKey(digest) } }));
    for (let round = 0; keys.length; round++) {
      if (round === ROUNDS) throw new Error(`${keys.length} keys of ${idOf(digests[0] ?? '')}… stay unread`);
      const answer = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.#table]: { Keys: keys, ConsistentRead: true } } }),
      );
      items.push(...(answer.Responses?.[this.#table] ?? []));
      keys = answer.UnprocessedKeys?.[this.#table]?.Keys ?? [];
    }
    return items;
  }

  async #name(digest: string): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: REGISTER,
        UpdateExpression: 'ADD digests :digests, changes :one',
        ExpressionAttributeValues: { ':digests': { SS: [digest] }, ':one': { N: '1' } },
      }),
    );
  }

  /** Another time, where a key was put since the register was read. */
  async #forget(digests: string[], changes: AttributeValue): Promise<void> {
    await this.#client
      .send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: REGISTER,
          UpdateExpression: 'DELETE digests :digests',
          ConditionExpression: 'changes = :changes',
          ExpressionAttributeValues: { ':digests': { SS: digests }, ':changes': changes },
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
  }
}
