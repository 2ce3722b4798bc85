import type { AliasState, BrokenAliasState } from '@tristore/common/contracts/registry.ts';
import { BrokenAliasesError, type NumberedAliases } from '@tristore/common/registry/alias-file.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';

export const aliasStateOf = ({ number, state }: NumberedAliases): AliasState => ({ number, ...state });

/**
 * One state, or the newest; undefined where there is none. A broken one is told as such, and hides no other.
 * @throws UnreachableRegistryError
 */
export async function readAliasState(
  registry: Registry,
  model: string,
  number?: number,
): Promise<AliasState | BrokenAliasState | undefined> {
  try {
    const found = await registry.aliases(model, number);
    return found && aliasStateOf(found);
  } catch (error) {
    if (!(error instanceof BrokenAliasesError)) throw error;
    return { number: error.number, problem: error.message };
  }
}

/** The newest `count` states up to `newest`, the newest first. @throws UnreachableRegistryError */
export async function aliasHistory(
  registry: Registry,
  model: string,
  newest: number,
  count: number,
): Promise<(AliasState | BrokenAliasState)[]> {
  const numbers = Array.from({ length: Math.min(newest, count) }, (_, i) => newest - i);
  const states = await Promise.all(numbers.map((number) => readAliasState(registry, model, number)));
  return states.filter((state) => state !== undefined);
}
