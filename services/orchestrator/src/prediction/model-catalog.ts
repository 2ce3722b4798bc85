import { setTimeout as wait } from 'node:timers/promises';
import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import type { Route } from '@tristore/common/contracts/prediction-record.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { makeVectorizer, type Vectorizer } from '@tristore/common/features/vector.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { type Registry, UnreachableRegistryError } from '@tristore/common/registry/registry.ts';

const FRESH_MS = 5_000;
/** A registry that is slower than this does not hold up a prediction whose champion is known. */
const PATIENCE_MS = 500;

/** A version that may answer, and why it was chosen. */
export interface ResolvedModel {
  manifest: Manifest;
  vectorize: Vectorizer;
  route: Route;
}

type Known = Omit<ResolvedModel, 'route'>;

/**
 * Which version answers. Manifests never change and are kept; aliases are read again after 5 s. What was read goes on
 * while the registry cannot be reached.
 */
export class ModelCatalog {
  readonly #registry: Registry;
  readonly #versions = new Map<string, Known>();
  readonly #champions = new Map<string, { version: string | undefined; readAt: number }>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @throws TristoreError model_not_found, version_not_found, registry_unavailable */
  async resolve(model: string, pinned: string | undefined): Promise<ResolvedModel> {
    try {
      return await this.#resolve(model, pinned);
    } catch (error) {
      if (!(error instanceof UnreachableRegistryError)) throw error;
      throw new TristoreError('registry_unavailable', 'the registry does not answer', {
        retryAfter: 1,
        cause: error,
      });
    }
  }

  async #resolve(model: string, pinned: string | undefined): Promise<ResolvedModel> {
    if (pinned !== undefined) return { ...(await this.#version(model, pinned)), route: 'pinned' };
    const champion = await this.#champion(model);
    if (champion === undefined)
      throw new TristoreError('model_not_found', `there is no model ${model} with a champion`);
    return { ...(await this.#version(model, champion)), route: 'champion' };
  }

  async #champion(model: string): Promise<string | undefined> {
    const known = this.#champions.get(model);
    if (!known) return this.#readChampion(model);
    if (Date.now() - known.readAt >= FRESH_MS) {
      known.readAt = Date.now(); // one request asks; those beside it go on with what is known
      await Promise.race([this.#readChampion(model).catch(() => {}), wait(PATIENCE_MS)]);
    }
    return this.#champions.get(model)?.version;
  }

  async #readChampion(model: string): Promise<string | undefined> {
    const version = (await this.#registry.aliases(model))?.state.champion;
    if (version !== undefined) this.#champions.set(model, { version, readAt: Date.now() });
    return version;
  }

  async #version(model: string, version: string): Promise<Known> {
    const key = `${model}/${version}`;
    const known = this.#versions.get(key);
    if (known) return known;
    const versions = await this.#registry.versions(model);
    if (!versions.length) throw new TristoreError('model_not_found', `there is no model ${model}`);
    if (!versions.includes(version))
      throw new TristoreError(
        'version_not_found',
        `the model ${model} has no version ${version}; it has ${versions.join(', ')}`,
      );
    const manifest = await readManifest(this.#registry, model, version);
    const made = { manifest, vectorize: makeVectorizer(manifest.feature_views, manifest.vocabularies) };
    this.#versions.set(key, made);
    return made;
  }
}
