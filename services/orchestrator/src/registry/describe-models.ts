import type { RegisteredModel, RegisteredModelWithHistory } from '@tristore/common/contracts/registry.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { aliasHistory, readAliasState } from './alias-states.ts';
import { reachable } from './reachable.ts';
import type { SoundVersion, VersionSummaries } from './version-summaries.ts';

export interface RegistryReader {
  registry: Registry;
  summaries: VersionSummaries;
}

const isSound = (version: object): version is SoundVersion => 'summary' in version;

async function describe({ registry, summaries }: RegistryReader, name: string): Promise<RegisteredModel> {
  const [versions, aliases] = await Promise.all([summaries.of(name), readAliasState(registry, name)]);
  const sound = versions.filter(isSound);
  const champion = aliases && 'champion' in aliases ? aliases.champion : undefined;
  const shown = sound.find(({ summary }) => summary.model_version === champion) ?? sound.at(-1);
  return {
    model_name: name,
    ...(shown && { signature: shown.signature }),
    versions: versions.map((version) => (isSound(version) ? version.summary : version)),
    ...(aliases && { aliases }),
  };
}

/** What models there are, as the registry holds them now. @throws TristoreError registry_unavailable */
export const describeModels = (reader: RegistryReader): Promise<RegisteredModel[]> =>
  reachable(
    (async () => {
      const names = await reader.registry.models();
      return Promise.all(names.map((name) => describe(reader, name)));
    })(),
  );

/**
 * One model and the newest changes of its aliases.
 * @param changes how many of them at most
 * @throws TristoreError model_not_found, registry_unavailable
 */
export async function describeModel(
  reader: RegistryReader,
  name: string,
  changes: number,
): Promise<RegisteredModelWithHistory> {
  const model = await reachable(describe(reader, name));
  if (!model.versions.length) throw new TristoreError('model_not_found', `there is no model ${name}`);
  const newest = model.aliases?.number ?? 0;
  return { ...model, history: await reachable(aliasHistory(reader.registry, name, newest, changes)) };
}
