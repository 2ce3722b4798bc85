import { BrokenVersionError } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import type { CatalogueListener } from './catalogue-events.ts';
import type { LoadQueue } from './load-queue.ts';
import { type LoadedVersion, loadVersion } from './load-version.ts';

/** A list of versions that is younger holds. */
const LISTED_MS = 1_000;
/** A broken version is tried again: it may have been read while it was still being written. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 300_000;

interface Fault {
  why: string;
  retryMs: number;
  retryAt: number;
}

export interface VersionLoaderOptions {
  registry: Registry;
  loads: LoadQueue;
  emit: CatalogueListener;
}

/** Loads the versions of one model, each once at a time, and remembers which exist and which are broken. */
export class VersionLoader {
  readonly #model: string;
  readonly #options: VersionLoaderOptions;
  readonly #loading = new Map<string, Promise<LoadedVersion>>();
  readonly #faults = new Map<string, Fault>();
  #numbers: readonly string[] = [];
  #listedAt = Number.NEGATIVE_INFINITY;

  constructor(model: string, options: VersionLoaderOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** Versions that the registry has, ascending, as last listed. */
  get numbers(): readonly string[] {
    return this.#numbers;
  }

  /** Why versions are broken. */
  get faults(): ReadonlyMap<string, string> {
    return new Map([...this.#faults].map(([version, { why }]) => [version, why]));
  }

  isLoading(version: string): boolean {
    return this.#loading.has(version);
  }

  /** Whether it is broken, and not yet to be tried again. */
  isBroken(version: string): boolean {
    const fault = this.#faults.get(version);
    return fault !== undefined && Date.now() < fault.retryAt;
  }

  /** Lists the versions again where the list is older. @throws UnreachableRegistryError */
  async list(maxAgeMs = LISTED_MS): Promise<void> {
    if (Date.now() - this.#listedAt < maxAgeMs) return;
    this.#numbers = await this.#options.registry.versions(this.#model);
    this.#listedAt = Date.now();
  }

  /**
   * @param urgent is loaded even where many wait
   * @throws BrokenVersionError, UnreachableRegistryError; TristoreError overloaded, where too many wait
   */
  load(version: string, urgent: boolean): Promise<LoadedVersion> {
    const running = this.#loading.get(version);
    if (running) return running;
    const loading = this.#options.loads
      .run(() => this.#loadNow(version), urgent)
      .finally(() => this.#loading.delete(version));
    this.#loading.set(version, loading);
    return loading;
  }

  async #loadNow(version: string): Promise<LoadedVersion> {
    const { registry, emit } = this.#options;
    const start = performance.now();
    const facts = () => ({ model: this.#model, version, seconds: (performance.now() - start) / 1000 });
    try {
      if (!this.#numbers.includes(version)) await this.list();
      if (!this.#numbers.includes(version))
        throw new BrokenVersionError(this.#model, version, 'it does not exist');
      const loaded = await loadVersion(registry, this.#model, version);
      this.#faults.delete(version);
      emit({ type: 'loaded', ...facts() });
      return loaded;
    } catch (error) {
      if (error instanceof BrokenVersionError) {
        const retryMs = Math.min((this.#faults.get(version)?.retryMs ?? RETRY_MS / 2) * 2, MAX_RETRY_MS);
        this.#faults.set(version, { why: error.message, retryMs, retryAt: Date.now() + retryMs });
        emit({ type: 'broken', ...facts(), why: error.message });
      }
      throw error;
    }
  }
}
