import { UsageError } from '@tristore/common/command-line.ts';
import dev from './dev.ts';
import prd from './prd.ts';
import sand from './sand.ts';
import type { Stage } from './stage.ts';

const STAGES = { sand, dev, prd } as const;
export type StageName = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as StageName[];

export const isStageName = (name: string): name is StageName => Object.hasOwn(STAGES, name);

/** @throws UsageError for a name that is no stage's; SchemaError naming the settings that do not fit */
export function loadStage(name: string | undefined): Stage {
  const known = STAGE_NAMES.join(', ');
  if (name === undefined) throw new UsageError(`--stage is missing: one of ${known}`);
  if (!isStageName(name)) throw new UsageError(`there is no stage "${name}": one of ${known}`);
  return STAGES[name]();
}
