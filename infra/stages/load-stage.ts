import { UsageError } from '@tristore/common/command-line.ts';
import type { Stage } from './stage.ts';

export const STAGE_NAMES = ['sand', 'dev', 'prd'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export const isStageName = (name: string): name is StageName =>
  (STAGE_NAMES as readonly string[]).includes(name);

/** @throws UsageError for a name that is no stage's; SchemaError naming the settings that do not fit */
export async function loadStage(name: string | undefined): Promise<Stage> {
  const known = STAGE_NAMES.join(', ');
  if (name === undefined) throw new UsageError(`--stage is missing: one of ${known}`);
  if (!isStageName(name)) throw new UsageError(`there is no stage "${name}": one of ${known}`);
  const { default: stage } = (await import(`./${name}.ts`)) as { default: Stage };
  return stage;
}
