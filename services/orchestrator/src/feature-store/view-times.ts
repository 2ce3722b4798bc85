import type { ViewStore } from './view-store.ts';

/** A view without a cache is looked at again so often. */
const LOOK_MS = 5_000;

/** The views' `cache_ttl_seconds`: no request waits for the definition of a view that has none. */
export class ViewTimes {
  readonly #views: ViewStore;
  readonly #now: () => number;
  readonly #lookedAt = new Map<string, number>();
  readonly #cached = new Set<string>();

  constructor(views: ViewStore, now: () => number) {
    this.#views = views;
    this.#now = now;
  }

  /** @returns milliseconds, as the definition says now; undefined or 0 where rows of the view are not cached */
  of(view: string): Promise<number> | undefined {
    if (this.#cached.has(view)) return this.#look(view);
    const lookedAt = this.#lookedAt.get(view);
    if (lookedAt === undefined || this.#now() - lookedAt >= LOOK_MS) void this.#look(view);
    return undefined;
  }

  /** 0 too where the definition cannot be read. */
  async #look(name: string): Promise<number> {
    this.#lookedAt.set(name, this.#now());
    const view = await this.#views.get(name).catch(() => undefined);
    const seconds = view?.cache_ttl_seconds ?? 0;
    if (seconds) this.#cached.add(name);
    else this.#cached.delete(name);
    return seconds * 1000;
  }
}
