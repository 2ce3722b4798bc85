import { isDeepStrictEqual } from 'node:util';
import type { Aliases } from '@tristore/common/contracts/aliases.ts';
import type { AliasState } from '@tristore/common/contracts/registry.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { BrokenAliasesError } from '@tristore/common/registry/alias-file.ts';
import { BrokenVersionError, readManifest } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { reachable } from './reachable.ts';
import { changeRouting, type RoutingChange, routingOf, versionsOf } from './routing.ts';

/** Times that a change is made anew because another one took its number. */
const TRIES = 5;

export interface AliasChange {
  model: string;
  change: RoutingChange;
  reason: string;
  /** Name of the key or subject that asks for it. */
  by: string;
  /** The change is for the state of this number alone; 0: for none yet. */
  expectedNumber: number | undefined;
}

/** The state after a change, and that before: the same where the change changes nothing. */
export interface ChangedAliases {
  before: number;
  after: AliasState;
}

/**
 * Changes one alias of a model, as one number of its history.
 * @throws TristoreError conflict, invalid_request, model_not_found, version_not_found, version_broken,
 *   registry_broken, registry_unavailable
 */
export const changeAlias = (registry: Registry, asked: AliasChange): Promise<ChangedAliases> =>
  reachable(change(registry, asked));

async function change(registry: Registry, asked: AliasChange): Promise<ChangedAliases> {
  const { model } = asked;
  await checkVersions(registry, model, versionsOf(asked.change));
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { number, state } = await newest(registry, asked);
    if (asked.expectedNumber !== undefined && asked.expectedNumber !== number)
      throw changedMeanwhile(model, number);
    const routing = changeRouting(state && routingOf(state), asked.change);
    if (state && isDeepStrictEqual(routing, routingOf(state)))
      return { before: number, after: { number, ...state } };
    const next: Aliases = {
      ...routing,
      changed_at: new Date().toISOString(),
      changed_by: asked.by,
      reason: asked.reason,
    };
    if (await registry.append(model, number + 1, next))
      return { before: number, after: { number: number + 1, ...next } };
  }
  throw changedMeanwhile(model, (await newest(registry, asked)).number);
}

/** A broken state is mended by naming the champion; nothing else can be told of it but its number. */
async function newest(
  registry: Registry,
  { model, change }: AliasChange,
): Promise<{ number: number; state?: Aliases }> {
  try {
    return (await registry.aliases(model)) ?? { number: 0 };
  } catch (error) {
    if (!(error instanceof BrokenAliasesError)) throw error;
    if (change.alias === 'champion') return { number: error.number };
    throw new TristoreError(
      'registry_broken',
      `the aliases of ${model} cannot be read (${error.message}); naming the champion mends them`,
      { cause: error },
    );
  }
}

async function checkVersions(registry: Registry, model: string, wanted: readonly string[]): Promise<void> {
  const versions = await registry.versions(model);
  if (!versions.length) throw new TristoreError('model_not_found', `there is no model ${model}`);
  for (const version of wanted) {
    if (!versions.includes(version))
      throw new TristoreError(
        'version_not_found',
        `the model ${model} has no version ${version}; it has ${versions.join(', ')}`,
      );
    await readManifest(registry, model, version).catch((error: Error) => {
      if (!(error instanceof BrokenVersionError)) throw error;
      throw new TristoreError('version_broken', error.message, { cause: error });
    });
  }
}

function changedMeanwhile(model: string, number: number): TristoreError {
  return new TristoreError('conflict', `the aliases of ${model} are at number ${number} now`, {
    details: [{ field: 'expected_number', problem: `the current number is ${number}` }],
  });
}
