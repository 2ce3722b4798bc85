import { UsageError } from '@tristore/common/command-line.ts';

export const STAGE_NAMES = ['sand', 'dev', 'prd'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export const isStageName = (name: string): name is StageName =>
  (STAGE_NAMES as readonly string[]).includes(name);

/** @throws UsageError for a name that is no stage's */
export function stageNameOf(name: string | undefined): StageName {
  const known = STAGE_NAMES.join(', ');
  if (name === undefined) throw new UsageError(`--stage is missing: one of ${known}`);
  if (!isStageName(name)) throw new UsageError(`there is no stage "${name}": one of ${known}`);
  return name;
}
