import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';

export interface AliasChoices {
  canary?: string;
  previous?: string;
  shadows?: string[];
  model?: string;
}

/** Appends a whole alias state to a registry's folder. */
export async function appendAliases(
  root: string,
  champion: string,
  choices: AliasChoices = {},
): Promise<void> {
  const { canary, previous, shadows = [], model = 'adder' } = choices;
  const registry = new FolderRegistry(root);
  const number = ((await registry.aliases(model))?.number ?? 0) + 1;
  await registry.append(model, number, {
    champion,
    ...(canary && { canary: { version: canary, percent: 10 } }),
    ...(previous && { previous_champion: previous }),
    shadows,
    changed_at: '2026-01-01T00:00:00Z',
    changed_by: 'test',
    reason: 'test',
  });
}
