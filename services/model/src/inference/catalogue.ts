import { StartupError, TristoreError } from '@tristore/common/errors.ts';
import { type Registry, UnreachableRegistryError } from '@tristore/common/registry/registry.ts';
import type { CatalogueEvent, CatalogueListener } from './catalogue-events.ts';
import { LoadQueue } from './load-queue.ts';
import type { LoadedVersion } from './load-version.ts';
import { ServedModel } from './served-model.ts';
import { LABELS, type Label } from './wanted-versions.ts';

/** What the routes show of a model. */
export type CatalogueEntry = Pick<
  ServedModel,
  'name' | 'versions' | 'numbers' | 'broken' | 'labels' | 'aliasFault' | 'stateOf'
>;

export interface CatalogueOptions {
  /** Versions of one model that are kept loaded because callers named them. */
  pinned?: number;
}

const PINNED = 4;

const isLabel = (text: string): text is Label => (LABELS as readonly string[]).includes(text);

/** What this process serves. It follows the registry, and goes on with what it has while that is away. */
export class Catalogue {
  readonly #registry: Registry;
  readonly #pinned: number;
  readonly #models = new Map<string, ServedModel>();
  readonly #loads = new LoadQueue();
  readonly #listeners: CatalogueListener[] = [];
  #lost: string | undefined;

  constructor(registry: Registry, options: CatalogueOptions = {}) {
    this.#registry = registry;
    this.#pinned = options.pinned ?? PINNED;
  }

  /** Is told of all that happens from now on. */
  listen(listener: CatalogueListener): void {
    this.#listeners.push(listener);
  }

  get entries(): CatalogueEntry[] {
    return [...this.#models.values()];
  }

  /** Why the registry could not be read the last time; undefined where it could. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** @throws TristoreError model_not_found */
  entry(model: string): CatalogueEntry {
    return this.#model(model);
  }

  /**
   * The version asked for, else the champion; without a promise where it is loaded. Use it in the same turn.
   * @throws TristoreError model_not_found, version_not_found, registry_unavailable, overloaded
   */
  version(model: string, version?: string): LoadedVersion | Promise<LoadedVersion> {
    return version === undefined ? this.labelled(model, 'champion') : this.#model(model).version(version);
  }

  /** @throws TristoreError model_not_found, version_not_found */
  labelled(model: string, label: string): LoadedVersion {
    const served = this.#model(model);
    const version = isLabel(label) ? served.labelled(label) : undefined;
    if (version) return version;
    if (label === 'champion') throw new TristoreError('model_not_found', `model "${model}" has no champion`);
    throw new TristoreError('version_not_found', `model "${model}" has no version labelled "${label}"`);
  }

  /**
   * Looks at the registry once, and does what has changed there. A model that is no longer listed is served as before.
   * @throws UnreachableRegistryError; what serves goes on
   */
  async follow(): Promise<void> {
    let failure: Error | undefined;
    const names = await this.#registry.models().catch((error: Error) => {
      failure = error;
      return [];
    });
    for (const name of names) {
      const model = this.#models.get(name) ?? new ServedModel(name, this.#options);
      this.#models.set(name, model);
      // one model that cannot be read does not keep the others from what they are to be
      await model.follow().catch((error: Error) => {
        failure = error;
      });
    }
    if (failure && this.#lost === undefined)
      this.#emit({ type: 'registry_lost', why: failure.message, err: failure });
    if (!failure && this.#lost !== undefined) this.#emit({ type: 'registry_found' });
    this.#lost = failure?.message;
    if (failure) throw failure;
  }

  /** Frees all that is loaded. */
  dispose(): void {
    for (const model of this.#models.values()) model.close();
  }

  get #options() {
    const emit = (event: CatalogueEvent) => this.#emit(event);
    return { registry: this.#registry, loads: this.#loads, pinned: this.#pinned, emit };
  }

  #model(name: string): ServedModel {
    const model = this.#models.get(name);
    if (!model) throw new TristoreError('model_not_found', `there is no model "${name}"`);
    return model;
  }

  #emit(event: CatalogueEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/**
 * Loads what the registry's aliases name. An empty registry is served, too: what is published there later is found.
 * @throws StartupError where the registry cannot be read, or all that is in it is broken
 */
export async function loadCatalogue(registry: Registry, options?: CatalogueOptions): Promise<Catalogue> {
  const catalogue = new Catalogue(registry, options);
  try {
    await catalogue.follow();
  } catch (error) {
    catalogue.dispose();
    if (error instanceof UnreachableRegistryError) throw new StartupError(`REGISTRY: ${error.message}`);
    throw error;
  }
  const faults = catalogue.entries.flatMap(({ name, broken, aliasFault }) => [
    ...broken.values(),
    ...(aliasFault === undefined ? [] : [`model ${name}: ${aliasFault}`]),
  ]);
  if (faults[0] && catalogue.entries.every(({ versions }) => versions.size === 0))
    throw new StartupError(faults[0]);
  return catalogue;
}
