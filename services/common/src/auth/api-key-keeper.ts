import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StartupError } from '../errors.ts';
import { digestOf, type Item, partitionKey } from './api-key-item.ts';
import { hashKey } from './hash-key.ts';
import { type KeptKey, keptKeyOf } from './kept-key.ts';
import { KeyRegister } from './key-register.ts';
import type { Principal, Scope } from './principal.ts';

/** How long a revoked key is still listed, seconds. */
const REVOKED_SECONDS = 30 * 86_400;

export interface NewKey {
  name: string;
  scopes: readonly Scope[];
  requestsPerMinute?: number | undefined;
  /** Seconds; without it the key does not expire. */
  lifetime?: number | undefined;
  /** Who makes it. */
  by: string;
}

export interface MadeKey {
  /** Cannot be had again. */
  key: string;
  kept: KeptKey;
}

const now = () => Math.floor(Date.now() / 1000);

/** What the copy of a key that expires has of its life: as long as the first had. */
const lifetimeOf = ({ created_at, expires_at }: KeptKey) =>
  expires_at === null ? undefined : Math.ceil((Date.parse(expires_at) - Date.parse(created_at)) / 1000);

/** Makes, lists, rotates and revokes the API keys of the table `state`. Of a key only its SHA-256 is kept. */
export class ApiKeyKeeper {
  readonly #register: KeyRegister;

  constructor(client: DynamoDBClient, table: string) {
    this.#register = new KeyRegister(client, table);
  }

  /** Makes a key of 256 random bits. */
  create(wanted: NewKey): Promise<MadeKey> {
    return this.keep(`ts_${randomBytes(32).toString('base64url')}`, wanted);
  }

  /** The same for a key that is given; one that is there already is replaced, and active again. */
  async keep(key: string, { name, scopes, requestsPerMinute, lifetime, by }: NewKey): Promise<MadeKey> {
    const digest = hashKey(key);
    const item: Item = {
      pk: { S: partitionKey(digest) },
      name: { S: name },
      scopes: { SS: [...scopes] },
      created_at: { S: new Date().toISOString() },
      created_by: { S: by },
      ...(requestsPerMinute !== undefined && { requests_per_minute: { N: String(requestsPerMinute) } }),
      ...(lifetime !== undefined && { expires_at: { N: String(now() + lifetime) } }),
    };
    await this.#register.put(digest, item);
    return { key, kept: keptKeyOf(item) };
  }

  /** The newest last. */
  async list(): Promise<KeptKey[]> {
    const keys = (await this.#register.items()).map(keptKeyOf);
    return keys.sort((a, b) => (a.created_at < b.created_at ? -1 : 1));
  }

  /**
   * Makes a key with the name, scopes, limit and length of life of another, which goes on for `overlap` seconds.
   * @throws StartupError where the other is not active
   */
  async rotate(
    id: string,
    { overlap, by }: { overlap: number; by: string },
  ): Promise<MadeKey & { old: KeptKey }> {
    const item = await this.#active(id);
    const before = keptKeyOf(item);
    const made = await this.create({
      name: before.name,
      scopes: before.scopes,
      requestsPerMinute: before.requests_per_minute ?? undefined,
      lifetime: lifetimeOf(before),
      by,
    });
    const end = now() + overlap;
    try {
      const old = await this.#change(item, {
        expires_at: { N: String(Math.min(end, Number(item['expires_at']?.N ?? end))) },
        rotated_to: { S: made.kept.id },
      });
      return { ...made, old };
    } catch (error) {
      await this.revoke(made.kept.id, { by }).catch(() => {});
      throw error;
    }
  }

  /** @throws StartupError where the key is not active */
  async revoke(id: string, { by }: { by: string }): Promise<KeptKey> {
    return this.#change(await this.#active(id), {
      revoked_at: { S: new Date().toISOString() },
      revoked_by: { S: by },
      expires_at: { N: String(now() + REVOKED_SECONDS) },
    });
  }

  async #active(id: string): Promise<Item> {
    const item = (await this.#register.items()).find((item) => keptKeyOf(item).id === id);
    if (!item) throw new StartupError(`there is no key ${id}`);
    const { state } = keptKeyOf(item);
    if (state !== 'active') throw new StartupError(`the key ${id} is ${state} already`);
    return item;
  }

  async #change(item: Item, attributes: Item): Promise<KeptKey> {
    if (!(await this.#register.change(digestOf(item), attributes)))
      throw new StartupError(`the key ${keptKeyOf(item).id} was revoked meanwhile`);
    return keptKeyOf({ ...item, ...attributes });
  }
}

/** Keeps a key that is given, under its hash. */
export async function storeApiKey(
  client: DynamoDBClient,
  table: string,
  key: string,
  { name, scopes, requestsPerMinute }: Principal,
): Promise<void> {
  await new ApiKeyKeeper(client, table).keep(key, { name, scopes, requestsPerMinute, by: name });
}
