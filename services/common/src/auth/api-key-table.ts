import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { digestOf, partitionKey, principalOf } from './api-key-item.ts';
import type { Principal } from './principal.ts';

/** BatchGetItem takes no more. */
const BATCH = 100;
/** Times that unprocessed keys are asked for again. */
const ROUNDS = 5;

/** Milliseconds for one call, with its retries. */
const LIMIT_MS = 2_000;

/** A key that the table holds, neither revoked nor expired when it was read. */
export interface StoredKey {
  principal: Principal;
  /** Milliseconds since 1970; `Infinity` for a key that does not expire. */
  expiresAt: number;
}

function storedKeyOf(item: Record<string, AttributeValue>): StoredKey | undefined {
  // DynamoDB deletes an expired item up to two days late
  const expiresAt = item['expires_at']?.N ? Number(item['expires_at'].N) * 1000 : Number.POSITIVE_INFINITY;
  if (item['revoked_at'] || expiresAt <= Date.now()) return undefined;
  return { principal: principalOf(item), expiresAt };
}

/** API keys in the table `state`, under their SHA-256; the keys themselves are kept nowhere. */
export class ApiKeyTable {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Reads consistently: a key works from the moment in which it was made. */
  async find(digest: string): Promise<StoredKey | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { pk: { S: partitionKey(digest) } },
        ConsistentRead: true,
      }),
      { abortSignal: AbortSignal.timeout(LIMIT_MS) },
    );
    return item && storedKeyOf(item);
  }

  /** Of many, those that are still good. @throws where not all could be read */
  async findMany(digests: readonly string[]): Promise<Map<string, StoredKey>> {
    const found = new Map<string, StoredKey>();
    for (let i = 0; i < digests.length; i += BATCH)
      for (const [digest, key] of await this.#findBatch(digests.slice(i, i + BATCH))) found.set(digest, key);
    return found;
  }

  async #findBatch(digests: readonly string[]): Promise<Map<string, StoredKey>> {
    const found = new Map<string, StoredKey>();
    let keys = digests.map((digest) => ({ pk: { S: partitionKey(digest) } as AttributeValue }));
    for (let round = 0; keys.length; round++) {
      if (round === ROUNDS) throw new Error(`${keys.length} keys stay unprocessed`);
      const answer = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.#table]: { Keys: keys, ConsistentRead: true } } }),
        { abortSignal: AbortSignal.timeout(LIMIT_MS) },
      );
      for (const item of answer.Responses?.[this.#table] ?? []) {
        const key = storedKeyOf(item);
        if (key) found.set(digestOf(item), key);
      }
      keys = (answer.UnprocessedKeys?.[this.#table]?.Keys ?? []) as typeof keys;
    }
    return found;
  }
}
