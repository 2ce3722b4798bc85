import type { Aliases } from '@tristore/common/contracts/aliases.ts';
import { StartupError, TristoreError } from '@tristore/common/errors.ts';
import { BrokenVersionError } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { type LoadedVersion, loadVersion } from './load-version.ts';

/** Aliases by which a caller may ask for a version. */
export type Label = 'champion' | 'canary';

/** One model with all its versions, in ascending order. */
export interface CatalogueEntry {
  name: string;
  versions: ReadonlyMap<string, LoadedVersion>;
  /** Versions that never take traffic, and why. */
  broken: ReadonlyMap<string, string>;
  labels: Partial<Record<Label, string>>;
}

const labelsOf = (aliases: Aliases | undefined): CatalogueEntry['labels'] => ({
  ...(aliases && { champion: aliases.champion }),
  ...(aliases?.canary && { canary: aliases.canary.version }),
});

/** What this process serves. */
export class Catalogue {
  readonly #entries: ReadonlyMap<string, CatalogueEntry>;

  constructor(entries: Iterable<CatalogueEntry>) {
    this.#entries = new Map([...entries].map((entry) => [entry.name, entry]));
  }

  get entries(): CatalogueEntry[] {
    return [...this.#entries.values()];
  }

  /** @throws TristoreError model_not_found */
  entry(model: string): CatalogueEntry {
    const entry = this.#entries.get(model);
    if (!entry) throw new TristoreError('model_not_found', `there is no model "${model}"`);
    return entry;
  }

  /** The version asked for, else the champion. @throws TristoreError model_not_found, version_not_found */
  version(model: string, version?: string): LoadedVersion {
    if (version === undefined) return this.labelled(model, 'champion');
    const { versions, broken } = this.entry(model);
    const found = versions.get(version);
    if (found) return found;
    const why = broken.has(version) ? 'is broken and does not take traffic' : 'does not exist';
    throw new TristoreError('version_not_found', `version "${version}" of model "${model}" ${why}`);
  }

  /** @throws TristoreError model_not_found, version_not_found */
  labelled(model: string, label: string): LoadedVersion {
    const { labels } = this.entry(model);
    const version = label === 'champion' || label === 'canary' ? labels[label] : undefined;
    if (version) return this.version(model, version);
    if (label === 'champion') throw new TristoreError('model_not_found', `model "${model}" has no champion`);
    throw new TristoreError('version_not_found', `model "${model}" has no version labelled "${label}"`);
  }

  dispose(): void {
    for (const { versions } of this.entries) for (const version of versions.values()) version.dispose();
  }
}

async function loadEntry(registry: Registry, name: string): Promise<CatalogueEntry> {
  const labels = labelsOf((await registry.aliases(name))?.state);
  const versions = new Map<string, LoadedVersion>();
  const broken = new Map<string, string>();
  for (const number of await registry.versions(name)) {
    try {
      versions.set(number, await loadVersion(registry, name, number));
    } catch (error) {
      if (!(error instanceof BrokenVersionError) || number === labels.champion) throw error;
      broken.set(number, error.message);
    }
  }
  if (labels.champion && !versions.has(labels.champion))
    throw new BrokenVersionError(name, labels.champion, 'it is the champion, but it does not exist');
  return { name, versions, broken, labels };
}

/**
 * Loads every version of every model in the registry.
 * @throws StartupError where there is none
 * @throws BrokenVersionError where a champion is broken; other broken versions are only kept from traffic
 */
export async function loadCatalogue(registry: Registry): Promise<Catalogue> {
  const names = await registry.models();
  if (names.length === 0) throw new StartupError('REGISTRY: there is no model in it');
  const entries: CatalogueEntry[] = [];
  for (const name of names) entries.push(await loadEntry(registry, name));
  return new Catalogue(entries);
}
