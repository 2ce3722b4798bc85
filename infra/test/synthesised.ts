import { Template } from 'aws-cdk-lib/assertions';
import { tristore } from '../lib/tristore.ts';
import { loadStage } from '../stages/load-stage.ts';
import { defineStage, type Stage } from '../stages/stage.ts';
import type { StageName } from '../stages/stage-names.ts';
import { IMAGES } from './sample-stage.ts';

/** Stages as they are deployed but with what others are to look at switched on; synthesised once for a file. */
const known = new Map<string, ReturnType<typeof synthesise>>();

function synthesise(stage: Stage) {
  const { jobs, retraining, watch, services, data } = tristore({ stage, images: IMAGES });
  const of = (stack: Parameters<typeof Template.fromStack>[0]) => {
    const assertions = Template.fromStack(stack);
    return { stack, assertions, template: assertions.toJSON() as Record<string, unknown> };
  };
  return {
    stage,
    jobs: of(jobs),
    retraining: of(retraining),
    watch: of(watch),
    services: of(services),
    data: of(data),
  };
}

export async function synthesised(name: StageName, changes: (stage: Stage) => Partial<Stage> = () => ({})) {
  const stage = loadStage(name);
  const changed = changes(stage);
  const key = JSON.stringify([name, changed]);
  const made = known.get(key) ?? synthesise(defineStage({ ...stage, ...changed }));
  known.set(key, made);
  return made;
}

/** With what runs by itself switched on. */
export const automatic = (stage: Stage): Partial<Stage> => ({
  monitor: { ...stage.monitor, enabled: true },
  retraining: { ...stage.retraining, enabled: true },
});
