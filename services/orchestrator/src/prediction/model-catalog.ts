import { setTimeout as wait } from 'node:timers/promises';
import { TristoreError } from '@tristore/common/errors.ts';
import { makeVectorizer } from '@tristore/common/features/vector.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { type Registry, UnreachableRegistryError } from '@tristore/common/registry/registry.ts';
import { type KnownVersion, namedVersions, type Routing, RoutingPlan } from './routing-plan.ts';

/** On every replica a change of aliases is followed within 5 s. */
const FRESH_MS = 4_000;
/** A registry that is slower than this does not hold up a prediction whose routing is known. */
const PATIENCE_MS = 500;

interface Known {
  plan: RoutingPlan;
  number: number;
  /** Whether every version that the aliases name could be read, or is known to be broken. */
  whole: boolean;
  readAt: number;
}

/**
 * Which versions answer. Manifests never change and are kept; aliases are read again after 4 s. What was read goes on
 * while the registry cannot be reached.
 */
export class ModelCatalog {
  readonly #registry: Registry;
  readonly #versions = new Map<string, KnownVersion>();
  readonly #plans = new Map<string, Known>();
  /** What is being read: all who need it wait for the same. */
  readonly #reading = new Map<string, Promise<unknown>>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /**
   * @param entityId by which a canary is chosen
   * @throws TristoreError model_not_found, version_not_found, registry_unavailable
   */
  async resolve(model: string, pinned: string | undefined, entityId: string): Promise<Routing> {
    try {
      if (pinned !== undefined)
        return { choices: [{ ...(await this.#version(model, pinned)), route: 'pinned' }], shadows: [] };
      return (await this.#plan(model)).routingFor(entityId);
    } catch (error) {
      if (!(error instanceof UnreachableRegistryError)) throw error;
      throw new TristoreError('registry_unavailable', 'the registry does not answer', {
        retryAfter: 1,
        cause: error,
      });
    }
  }

  async #plan(model: string): Promise<RoutingPlan> {
    const known = this.#plans.get(model);
    if (!known) return this.#once(model, () => this.#readPlan(model));
    if (Date.now() - known.readAt >= FRESH_MS) {
      known.readAt = Date.now(); // one request asks; those beside it go on with what is known
      await Promise.race([this.#once(model, () => this.#readPlan(model)).catch(() => {}), wait(PATIENCE_MS)]);
    }
    return this.#plans.get(model)?.plan ?? known.plan;
  }

  async #readPlan(model: string): Promise<RoutingPlan> {
    const aliases = await this.#registry.aliases(model);
    if (!aliases) throw new TristoreError('model_not_found', `there is no model ${model} with a champion`);
    const { number, state } = aliases;
    const known = this.#plans.get(model);
    if (known?.number === number && known.whole) return known.plan;
    const versions = new Map<string, KnownVersion>();
    const failures: unknown[] = [];
    for (const version of namedVersions(state))
      await this.#version(model, version).then(
        (read) => versions.set(version, read),
        (error: unknown) => failures.push(error),
      );
    const plan = new RoutingPlan(model, state, versions);
    if (!plan.routingFor('').choices.length) throw failures[0];
    const whole = !failures.some((error) => error instanceof UnreachableRegistryError);
    this.#plans.set(model, { plan, number, whole, readAt: Date.now() });
    return plan;
  }

  #once<T>(what: string, read: () => Promise<T>): Promise<T> {
    let reading = this.#reading.get(what) as Promise<T> | undefined;
    if (!reading) {
      reading = read().finally(() => this.#reading.delete(what));
      this.#reading.set(what, reading);
    }
    return reading;
  }

  async #version(model: string, version: string): Promise<KnownVersion> {
    const key = `${model}/${version}`;
    return this.#versions.get(key) ?? this.#once(key, () => this.#readVersion(model, version));
  }

  async #readVersion(model: string, version: string): Promise<KnownVersion> {
    const versions = await this.#registry.versions(model);
    if (!versions.length) throw new TristoreError('model_not_found', `there is no model ${model}`);
    if (!versions.includes(version))
      throw new TristoreError(
        'version_not_found',
        `the model ${model} has no version ${version}; it has ${versions.join(', ')}`,
      );
    const manifest = await readManifest(this.#registry, model, version);
    const made = { manifest, vectorize: makeVectorizer(manifest.feature_views, manifest.vocabularies) };
    this.#versions.set(`${model}/${version}`, made);
    return made;
  }
}
