import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import { LRUCache } from 'lru-cache';
import { pkOf } from './feature-item.ts';
import type { FeatureStore, RowKey, StoredRow } from './feature-store.ts';
import type { ViewStore } from './view-store.ts';
import { ViewTimes } from './view-times.ts';

/** DynamoDB's plain reads may miss a write that is younger; twice what they usually take. */
const SETTLED_MS = 2_000;

export interface CachedFeatureStoreOptions {
  store: FeatureStore;
  views: ViewStore;
  /** Rows kept, of all views together; the one that was not asked for longest goes first. */
  maxRows: number;
  /** A clock that only goes forward, in milliseconds. */
  now?: () => number;
}

/**
 * Keeps rows of the views that have `cache_ttl_seconds`, counted from before the store was asked. What the store does
 * not know is not kept, so that a new entity is known at once. A write or delete through here clears the row, also out
 * of reads that it overtook; what others write shows after the view's time at the latest.
 */
export class CachedFeatureStore implements FeatureStore {
  /** Reads that were answered from here, and reads of cached views that were not. */
  hits = 0;
  misses = 0;
  readonly #store: FeatureStore;
  readonly #times: ViewTimes;
  readonly #rows: LRUCache<string, { row: StoredRow; askedAt: number }>;
  /** When rows were written through here, the latest last; only those that a read could still have missed. */
  readonly #changedAt = new Map<string, number>();
  readonly #now: () => number;

  constructor({ store, views, maxRows, now = () => performance.now() }: CachedFeatureStoreOptions) {
    this.#store = store;
    this.#times = new ViewTimes(views, now);
    this.#rows = new LRUCache({ max: maxRows });
    this.#now = now;
  }

  read(key: RowKey, deadline?: number): Promise<StoredRow | undefined> {
    const cacheMs = this.#times.of(key.view);
    return cacheMs ? this.#readCached(key, deadline, cacheMs) : this.#store.read(key, deadline);
  }

  async #readCached(
    key: RowKey,
    deadline: number | undefined,
    cacheMs: Promise<number>,
  ): Promise<StoredRow | undefined> {
    const ms = await cacheMs;
    if (!ms) return this.#store.read(key, deadline);
    const pk = pkOf(key);
    const askedAt = this.#now();
    const kept = this.#rows.get(pk);
    if (kept && askedAt - kept.askedAt < ms) {
      this.hits++;
      return kept.row;
    }
    this.misses++;
    this.#rows.delete(pk);
    const row = await this.#store.read(key, deadline);
    if (row && this.#isSettled(pk, askedAt)) this.#rows.set(pk, { row, askedAt });
    return row;
  }

  async write(
    key: RowKey,
    row: { values: FeatureValues; eventTime: Date },
  ): Promise<{ written: boolean; eventTime: Date }> {
    try {
      return await this.#store.write(key, row);
    } finally {
      // also where it failed: it may have come through
      this.#clear(pkOf(key));
    }
  }

  async delete(key: RowKey): Promise<boolean> {
    try {
      return await this.#store.delete(key);
    } finally {
      this.#clear(pkOf(key));
    }
  }

  /** Whether a read that began at `askedAt` is sure to have seen what was written through here. */
  #isSettled(pk: string, askedAt: number): boolean {
    if (this.#now() - askedAt >= SETTLED_MS) return false;
    const changedAt = this.#changedAt.get(pk);
    return changedAt === undefined || askedAt - changedAt >= SETTLED_MS;
  }

  #clear(pk: string): void {
    const now = this.#now();
    this.#rows.delete(pk);
    this.#changedAt.delete(pk);
    this.#changedAt.set(pk, now);
    for (const [other, changedAt] of this.#changedAt) {
      // a read that takes longer than SETTLED_MS is not kept, so nobody asks about an older one
      if (now - changedAt < 2 * SETTLED_MS) break;
      this.#changedAt.delete(other);
    }
  }
}
