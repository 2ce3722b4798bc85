import { setTimeout as wait } from 'node:timers/promises';
import type { ApiKeyTable, StoredKey } from './api-key-table.ts';
import type { Credential } from './credential.ts';
import type { Authenticator, Log, Principal } from './principal.ts';

/** How long a replica goes without looking a known key up again: a change must count within 30 s, the look-up included. */
const REFRESH_MS = 25_000;
/** A key that was refused is asked for again after this long: it may have been made meanwhile. */
const REFUSED_MS = 5_000;
/** A known key that nobody used for this long is forgotten. */
const IDLE_MS = 24 * 3_600_000;
const MAX_KNOWN = 10_000;
const MAX_REFUSED = 10_000;
/** Look-ups at once: a flood of made-up keys must take neither the table nor the process. */
const MAX_LOOK_UPS = 32;

interface KnownKey extends StoredKey {
  usedAt: number;
}

export interface ApiKeyOptions {
  refreshMs?: number;
  refusedMs?: number;
}

/** Keeps a map from growing without end: its oldest entry makes room. */
function put<V>(map: Map<string, V>, key: string, value: V, limit: number): void {
  const oldest = map.keys().next();
  if (map.size >= limit && !map.has(key) && !oldest.done) map.delete(oldest.value);
  map.set(key, value);
}

/**
 * API keys of the table `state`. A known key is judged from memory, always: it is looked up again every 25 s beside
 * the requests, so that none waits for DynamoDB, and a revoked key is refused within 30 s. While the table
 * cannot be reached, the known keys keep working and others cannot be judged.
 */
export class ApiKeys implements Authenticator {
  readonly #table: Pick<ApiKeyTable, 'find' | 'findMany'>;
  readonly #refreshMs: number;
  readonly #refusedMs: number;
  readonly #known = new Map<string, KnownKey>();
  /** When each was refused. */
  readonly #refused = new Map<string, number>();
  readonly #lookUps = new Map<string, Promise<Principal | undefined>>();
  readonly #closed = new AbortController();

  constructor(table: Pick<ApiKeyTable, 'find' | 'findMany'>, options: ApiKeyOptions = {}) {
    this.#table = table;
    this.#refreshMs = options.refreshMs ?? REFRESH_MS;
    this.#refusedMs = options.refusedMs ?? REFUSED_MS;
  }

  authenticate({ digest }: Credential): Principal | undefined | Promise<Principal | undefined> {
    const now = Date.now();
    const known = this.#known.get(digest);
    if (known && now < known.expiresAt) {
      known.usedAt = now;
      return known.principal;
    }
    const refusedAt = this.#refused.get(digest);
    if (refusedAt !== undefined && now - refusedAt < this.#refusedMs) return undefined;
    return this.#lookUp(digest);
  }

  /** Looks the known keys up again, every 25 s until it is closed. */
  open(log: Log): void {
    void this.#refreshForEver(log);
  }

  close(): void {
    this.#closed.abort();
  }

  #lookUp(digest: string): Promise<Principal | undefined> {
    const running = this.#lookUps.get(digest);
    if (running) return running;
    if (this.#lookUps.size >= MAX_LOOK_UPS) return Promise.reject(new Error('too many keys to look up'));
    const lookUp = this.#find(digest).finally(() => this.#lookUps.delete(digest));
    this.#lookUps.set(digest, lookUp);
    return lookUp;
  }

  async #find(digest: string): Promise<Principal | undefined> {
    const key = await this.#table.find(digest);
    if (key) {
      this.#refused.delete(digest);
      put(this.#known, digest, { ...key, usedAt: Date.now() }, MAX_KNOWN);
    } else {
      this.#known.delete(digest);
      put(this.#refused, digest, Date.now(), MAX_REFUSED);
    }
    return key?.principal;
  }

  async #refreshForEver(log: Log): Promise<void> {
    const { signal } = this.#closed;
    let failing = false;
    while (!signal.aborted) {
      await wait(this.#refreshMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted || this.#known.size === 0) continue;
      try {
        await this.#refresh();
        if (failing) log.info({}, 'API keys can be looked up again');
        failing = false;
      } catch (err) {
        if (!failing) log.warn({ err }, 'API keys cannot be looked up: those known keep working');
        failing = true;
      }
    }
  }

  async #refresh(): Promise<void> {
    const digests = [...this.#known.keys()];
    const found = await this.#table.findMany(digests);
    const idle = Date.now() - IDLE_MS;
    for (const digest of digests) {
      const [known, key] = [this.#known.get(digest), found.get(digest)];
      if (!known) continue;
      if (key && known.usedAt > idle) Object.assign(known, key);
      else this.#known.delete(digest);
    }
  }
}
