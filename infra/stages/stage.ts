import { parserOf, SchemaError } from '@tristore/common/validate.ts';
import { contradictions } from './contradictions.ts';
import { StageSettings } from './stage-settings.ts';

/** The settings of a stage, checked. */
export type Stage = Readonly<StageSettings>;

/** As settings are written down: what has a default may be left out, and what may not is found by the check. */
type Written<T> = T extends readonly unknown[] | string | number | boolean | undefined
  ? T
  : { [K in keyof T]?: Written<T[K]> };

const parse = parserOf(StageSettings, 'stage');

/**
 * Checks a stage's settings, fills in defaults, and freezes them.
 * @throws SchemaError naming the settings that do not fit, or contradict one another
 */
export function defineStage(settings: Written<StageSettings>): Stage {
  const stage = parse(structuredClone(settings));
  const found = contradictions(stage);
  if (found.length) throw new SchemaError(`stage ${stage.name}`, found);
  return Object.freeze(stage);
}
