import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { hashKey } from './hash-key.ts';
import { type Authenticator, type Principal, SCOPES, type Scope } from './principal.ts';

/** How long a replica may go without looking a key up again. */
const FRESH_MS = 30_000;
const MAX_CACHED = 10_000;

const partitionKey = (hash: string) => `api-key#${hash}`;
const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

interface Cached {
  principal: Principal | undefined;
  checkedAt: number;
}

/**
 * API keys in the table `state`, stored as SHA-256. A look-up holds for 30 s; while the table cannot be reached,
 * the keys already known keep working and others are unknown.
 */
export class ApiKeys implements Authenticator {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #cache = new Map<string, Cached>();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async authenticate(key: string): Promise<Principal | undefined> {
    const hash = hashKey(key);
    const cached = this.#cache.get(hash);
    if (cached && Date.now() - cached.checkedAt < FRESH_MS) return cached.principal;
    try {
      const principal = await this.#read(hash);
      if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
      this.#cache.set(hash, { principal, checkedAt: Date.now() });
      return principal;
    } catch (error) {
      if (cached?.principal) return cached.principal;
      throw error;
    }
  }

  async #read(hash: string): Promise<Principal | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: { pk: { S: partitionKey(hash) } } }),
      { abortSignal: AbortSignal.timeout(2_000) },
    );
    if (!item || item['revoked_at']) return undefined;
    const scopes = (item['scopes']?.SS ?? []).filter(isScope);
    return { name: item['name']?.S ?? 'unnamed', scopes };
  }
}

/** Stores a key under its hash; the key itself is kept nowhere. */
export async function storeApiKey(
  client: DynamoDBClient,
  table: string,
  key: string,
  principal: Principal,
): Promise<void> {
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        pk: { S: partitionKey(hashKey(key)) },
        name: { S: principal.name },
        scopes: { SS: [...principal.scopes] },
        created_at: { S: new Date().toISOString() },
      },
    }),
  );
}
