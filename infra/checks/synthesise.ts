import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { type TristoreOptions, tristore } from '../lib/tristore.ts';
import { type CfnTemplate, References } from './references.ts';

export type Stacks = ReturnType<typeof tristore>;

export interface Synthesised {
  stacks: Stacks;
  assembly: CloudAssembly;
  templates: ReadonlyMap<string, CfnTemplate>;
  references: References;
}

/** A stage with its templates by name of stack, in memory. @param prepare looks at the stacks before they are made */
export function synthesise(options: TristoreOptions, prepare?: (stacks: Stacks) => void): Synthesised {
  const stacks = tristore(options);
  prepare?.(stacks);
  const assembly = stacks.app.synth();
  const templates = new Map(
    assembly.stacksRecursively.map((stack) => [stack.stackName, stack.template as CfnTemplate]),
  );
  return { stacks, assembly, templates, references: new References(templates) };
}
