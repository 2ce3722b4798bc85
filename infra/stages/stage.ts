import { parserOf, SchemaError } from '@tristore/common/validate.ts';
import { contradictions } from './contradictions.ts';
import { StageSettings } from './stage-settings.ts';

/** The settings of a stage, checked. */
export type Stage = Readonly<StageSettings>;

const parse = parserOf(StageSettings, 'stage');

/**
 * Checks a stage's settings, fills in defaults, and freezes them.
 * @throws SchemaError naming the settings that do not fit, or contradict one another
 */
export function defineStage(settings: unknown): Stage {
  const stage = parse(structuredClone(settings));
  const found = contradictions(stage);
  if (found.length) throw new SchemaError(`stage ${stage.name}`, found);
  return Object.freeze(stage);
}
