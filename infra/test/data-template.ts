import { BootstraplessSynthesizer } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { newApp } from '../lib/app.ts';
import { DataStack } from '../lib/data-stack.ts';
import { loadStage } from '../stages/load-stage.ts';
import { defineStage, type Stage } from '../stages/stage.ts';
import type { StageName } from '../stages/stage-names.ts';

/** A stage's settings with others in place of some. */
export async function stageWith(name: StageName, over: Partial<Stage> = {}): Promise<Stage> {
  return defineStage({ ...loadStage(name), ...over });
}

/** A stage as an emulator can take it, which has no Glue. */
export async function emulatedStage(): Promise<Stage> {
  const { evaluation } = loadStage('sand');
  return stageWith('sand', { evaluation: { ...evaluation, parquet: false } });
}

/** The data stack alone, in an app of its own; without bootstrap, so that the template stands for itself. */
export function dataStackOf(stage: Stage): DataStack {
  const synthesizer = new BootstraplessSynthesizer();
  return new DataStack(newApp(), `tristore-${stage.name}-data`, {
    stage,
    synthesizer,
    env: { region: stage.region },
  });
}

export const dataTemplateOf = (stage: Stage): Template => Template.fromStack(dataStackOf(stage));
