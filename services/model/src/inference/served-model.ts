import { TristoreError } from '@tristore/common/errors.ts';
import { BrokenVersionError } from '@tristore/common/registry/read-version.ts';
import { UnreachableRegistryError } from '@tristore/common/registry/registry.ts';
import type { LoadedVersion } from './load-version.ts';
import { PinnedVersions } from './pinned-versions.ts';
import { VersionLoader, type VersionLoaderOptions } from './version-loader.ts';
import { LABELS, type Label, type Labels, type WantedVersions, wantedVersions } from './wanted-versions.ts';

/** A list of versions is read again after this long, where nothing else says that there are new ones. */
const LISTED_MS = 60_000;

/** Loaded; being loaded; broken; not loaded, but would be for whoever names it. */
export type VersionState = 'AVAILABLE' | 'LOADING' | 'END' | 'START';

export interface ServedModelOptions extends VersionLoaderOptions {
  /** Versions that are kept loaded because callers named them, beside those that the aliases name. */
  pinned: number;
}

/**
 * One model: which of its versions are loaded, and which answers under which label. A version is loaded beside those
 * that serve, and only then takes traffic; what is no longer wanted is freed when its last use has ended.
 */
export class ServedModel {
  readonly name: string;
  readonly #options: ServedModelOptions;
  readonly #loader: VersionLoader;
  readonly #loaded = new Map<string, LoadedVersion>();
  readonly #labels: Labels = {};
  readonly #pinned: PinnedVersions;
  #wanted: WantedVersions = { labels: {}, versions: [] };
  #followed: number | undefined;
  #aliasFault: string | undefined;
  #closed = false;

  constructor(name: string, options: ServedModelOptions) {
    this.name = name;
    this.#options = options;
    this.#loader = new VersionLoader(name, options);
    this.#pinned = new PinnedVersions(options.pinned);
  }

  /** What is loaded. */
  get versions(): ReadonlyMap<string, LoadedVersion> {
    return this.#loaded;
  }

  /** All that the registry has, ascending. */
  get numbers(): readonly string[] {
    return this.#loader.numbers;
  }

  /** Versions that take no traffic, and why. */
  get broken(): ReadonlyMap<string, string> {
    return this.#loader.faults;
  }

  /** Which version answers under which label. */
  get labels(): Readonly<Labels> {
    return this.#labels;
  }

  /** Why the newest alias state could not be read the last time. */
  get aliasFault(): string | undefined {
    return this.#aliasFault;
  }

  /** In TensorFlow Serving's words; undefined for a version that the registry did not have when it was last read. */
  stateOf(version: string): VersionState | undefined {
    if (this.#loaded.has(version)) return 'AVAILABLE';
    if (this.#loader.isLoading(version)) return 'LOADING';
    if (this.#loader.faults.has(version)) return 'END';
    return this.numbers.includes(version) ? 'START' : undefined;
  }

  /**
   * The version that a caller names; without a promise where it is loaded. It is kept for the next call.
   * @throws TristoreError version_not_found, registry_unavailable, overloaded
   */
  version(number: string): LoadedVersion | Promise<LoadedVersion> {
    const loaded = this.#loaded.get(number);
    if (!loaded) return this.#loadAsked(number);
    this.#pinned.pin(number);
    return loaded;
  }

  /** The version that answers under a label. */
  labelled(label: Label): LoadedVersion | undefined {
    const version = this.#labels[label];
    return version === undefined ? undefined : this.#loaded.get(version);
  }

  /**
   * Does what the newest alias state asks: loads, then swaps, then frees. A version that is broken takes no label; the
   * one that has it stays.
   * @throws UnreachableRegistryError; what serves goes on
   */
  async follow(): Promise<void> {
    await this.#readAliases();
    const { labels, versions, standIn } = this.#wanted;
    for (const label of LABELS) {
      const version = labels[label];
      if (version === undefined || (await this.#tryLoad(version))) this.#point(label, version);
    }
    if (labels.champion && !this.#labels.champion && standIn && (await this.#tryLoad(standIn)))
      this.#point('champion', standIn);
    for (const version of versions) await this.#tryLoad(version);
    this.#free();
  }

  close(): void {
    this.#closed = true;
    for (const version of this.#loaded.values()) version.dispose();
    this.#loaded.clear();
  }

  async #readAliases(): Promise<void> {
    const { registry, emit } = this.#options;
    try {
      const newest = await registry.aliases(this.name);
      await this.#loader.list(newest?.number === this.#followed ? LISTED_MS : 0);
      // a history that has gone leaves what serves
      if (newest || this.#followed === undefined)
        this.#wanted = wantedVersions(newest?.state, this.#loader.numbers.at(-1));
      this.#followed = newest?.number ?? this.#followed;
      this.#aliasFault = undefined;
    } catch (error) {
      if (error instanceof UnreachableRegistryError) throw error;
      const why = (error as Error).message;
      if (why !== this.#aliasFault) emit({ type: 'aliases_broken', model: this.name, why });
      this.#aliasFault = why;
    }
  }

  #point(label: Label, version: string | undefined): void {
    const before = this.#labels[label];
    if (before === version) return;
    if (version === undefined) delete this.#labels[label];
    else this.#labels[label] = version;
    this.#options.emit({ type: 'swapped', model: this.name, label, version, before });
  }

  /** @returns whether the version is loaded @throws UnreachableRegistryError */
  async #tryLoad(version: string): Promise<boolean> {
    if (this.#loaded.has(version)) return true;
    if (this.#loader.isBroken(version)) return false;
    try {
      this.#keep(await this.#loader.load(version, true));
      return true;
    } catch (error) {
      if (error instanceof BrokenVersionError) return false;
      throw error;
    }
  }

  async #loadAsked(number: string): Promise<LoadedVersion> {
    const refuse = (why: string) =>
      new TristoreError('version_not_found', `version "${number}" of model "${this.name}" ${why}`);
    try {
      if (!this.numbers.includes(number)) await this.#loader.list();
      if (!this.numbers.includes(number)) throw refuse('does not exist');
      if (this.#loader.isBroken(number)) throw refuse('is broken and does not take traffic');
      const version = this.#keep(await this.#loader.load(number, false));
      this.#pinned.pin(number);
      this.#free();
      return version;
    } catch (error) {
      if (error instanceof BrokenVersionError) throw refuse('is broken and does not take traffic');
      if (!(error instanceof UnreachableRegistryError)) throw error;
      throw new TristoreError(
        'registry_unavailable',
        `version "${number}" is not loaded, and the registry is away`,
        { retryAfter: 1, cause: error },
      );
    }
  }

  /** Several may have waited for one load. */
  #keep(version: LoadedVersion): LoadedVersion {
    if (this.#closed) version.dispose();
    else this.#loaded.set(version.version, version);
    return version;
  }

  /** Frees what neither the aliases nor a label nor the latest callers name. */
  #free(): void {
    const { emit } = this.#options;
    const named = new Set([...this.#wanted.versions, ...Object.values(this.#labels)]);
    const kept = new Set([...named, ...this.#pinned.latest(named)]);
    for (const [number, version] of this.#loaded) {
      if (kept.has(number)) continue;
      this.#loaded.delete(number);
      void version.uses.ended().then(() => {
        version.dispose();
        emit({ type: 'freed', model: this.name, version: number });
      });
    }
  }
}
