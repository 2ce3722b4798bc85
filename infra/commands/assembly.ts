import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartupError } from '@tristore/common/errors.ts';
import type { BuiltImages } from '../lib/images.ts';
import type { Stage } from '../stages/stage.ts';

/** What CloudFormation is given: a folder of templates, and the stacks in the order of their dependencies. */
export interface Assembly {
  folder: string;
  stacks: readonly { name: string; template: Template; dependsOn: readonly string[] }[];
}

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
}
export interface Template {
  Resources?: Record<string, Resource>;
  Outputs?: Record<string, unknown>;
}

export interface AssemblyOptions {
  stage: Stage;
  /** Without it `infra/cdk.out/<stage>`. */
  folder?: string | undefined;
  images?: BuiltImages | undefined;
  /** Whether it is held against the rules that a deployment must keep: a command that deploys nothing need not wait. */
  checked?: boolean;
}

const folderOf = (stage: Stage) => fileURLToPath(new URL(`../cdk.out/${stage.name}`, import.meta.url));

/** Facts about the account that had to be looked up, and were not. */
export function missingIn(folder: string): string[] {
  const { missing = [] } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    missing?: { key: string }[];
  };
  return missing.map(({ key }) => key);
}

/** @throws StartupError for a folder that cannot be made, or is none */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StartupError(`nothing can be written to ${folder}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/**
 * Writes a stage's templates. Needs neither credentials nor a network.
 * @throws StartupError where the folder cannot be written, facts of an account would have to be looked up, or a rule is broken
 */
export async function synthesise({
  stage,
  folder = folderOf(stage),
  images,
  checked = false,
}: AssemblyOptions): Promise<Assembly> {
  makeFolder(folder);
  // CDK takes seconds to load: nobody waits for it whose command is refused
  const { tristore } = await import('../lib/tristore.ts');
  const { app } = tristore({ stage, outdir: folder, images });
  const { stacks } = checked ? (await import('../checks/rules.ts')).synthChecked(app) : app.synth();
  const missing = missingIn(folder);
  if (missing.length)
    throw new StartupError(`the stage needs facts of an account, which must not be: ${missing.join(', ')}`);
  return {
    folder,
    stacks: stacks.map(({ stackName, template, dependencies }) => ({
      name: stackName,
      template,
      // a stack depends on its assets too
      dependsOn: dependencies.flatMap(({ id }) => stacks.find((stack) => stack.id === id)?.stackName ?? []),
    })),
  };
}
