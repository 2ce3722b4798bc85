import dev from './dev.ts';
import prd from './prd.ts';
import sand from './sand.ts';
import type { Stage } from './stage.ts';
import type { StageName } from './stage-names.ts';

const STAGES: Readonly<Record<StageName, () => Stage>> = { sand, dev, prd };

/** @throws SchemaError naming the settings that do not fit */
export const loadStage = (name: StageName): Stage => STAGES[name]();
