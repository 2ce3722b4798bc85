import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { BrokenVersion, VersionSignature, VersionSummary } from '@tristore/common/contracts/registry.ts';
import { BrokenVersionError, readManifest } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';

/** Sound versions whose summaries are kept; the oldest read goes first. */
const KEPT = 1_000;

export interface SoundVersion {
  summary: VersionSummary;
  signature: VersionSignature;
}

/** What is told of a version, without its baselines and reasons. */
function soundVersionOf({ model_version, signature, ...manifest }: Manifest): SoundVersion {
  const { created_at, description, threshold, metrics } = manifest;
  return {
    summary: { model_version, created_at, description, threshold, metrics },
    signature: { model_version, ...signature },
  };
}

/** What manifests say of their versions. A sound one never changes and is read once; a broken one may be mended. */
export class VersionSummaries {
  readonly #registry: Registry;
  readonly #known = new Map<string, SoundVersion>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** All versions of a model, ascending. @throws UnreachableRegistryError */
  async of(model: string): Promise<(SoundVersion | BrokenVersion)[]> {
    const versions = await this.#registry.versions(model);
    return Promise.all(versions.map((version) => this.#read(model, version)));
  }

  async #read(model: string, version: string): Promise<SoundVersion | BrokenVersion> {
    const key = `${model}/${version}`;
    const known = this.#known.get(key);
    if (known) return known;
    try {
      const read = soundVersionOf(await readManifest(this.#registry, model, version));
      this.#known.set(key, read);
      for (const oldest of this.#known.keys()) if (this.#known.size > KEPT) this.#known.delete(oldest);
      return read;
    } catch (error) {
      if (!(error instanceof BrokenVersionError)) throw error;
      return { model_version: version, problem: error.message };
    }
  }
}
