import type { Stage } from '../../stages/stage.ts';
import type { Assembly } from '../assembly.ts';

export interface DeployedStack {
  name: string;
  /** Stacks that must go before this one, by name. */
  dependents: readonly string[];
  /** Resources that CloudFormation leaves behind, by their type and how many. */
  left: Readonly<Record<string, number>>;
  /** Their logical ids. */
  leftIds: ReadonlySet<string>;
}

export interface Plan {
  going: readonly DeployedStack[];
  /** Names of the stacks that stay with all that is in them. */
  staying: readonly string[];
}

type Stack = Assembly['stacks'][number];

const isKept = (stage: Stage, { name }: { name: string }) =>
  stage.data === 'keep' && name === `tristore-${stage.name}-data`;

function leftBy({ template }: Stack): Pick<DeployedStack, 'left' | 'leftIds'> {
  const left: Record<string, number> = {};
  const leftIds = new Set<string>();
  for (const [id, { Type, DeletionPolicy }] of Object.entries(template.Resources ?? {})) {
    if (!DeletionPolicy?.startsWith('Retain')) continue;
    left[Type] = (left[Type] ?? 0) + 1;
    leftIds.add(id);
  }
  return { left, leftIds };
}

/** What of a stage is removed and what stays. @param deployed names of the stacks that are there */
export function planOf(
  stage: Stage,
  { stacks }: Pick<Assembly, 'stacks'>,
  deployed: ReadonlySet<string>,
): Plan {
  const there = stacks.filter(({ name }) => deployed.has(name));
  return {
    going: there
      .filter((stack) => !isKept(stage, stack))
      .map((stack) => ({
        name: stack.name,
        dependents: there.filter(({ dependsOn }) => dependsOn.includes(stack.name)).map(({ name }) => name),
        ...leftBy(stack),
      })),
    staying: there.filter((stack) => isKept(stage, stack)).map(({ name }) => name),
  };
}

/** A plan in words, before it is asked whether it shall be followed. */
export function planText({ name, region }: Pick<Stage, 'name' | 'region'>, { going, staying }: Plan): string {
  const lines = [`What goes of ${name} in ${region}, with all that is in its tables and buckets:`];
  for (const stack of going) lines.push(`  ${stack.name}`);
  const left = going.flatMap((stack) =>
    Object.entries(stack.left).map(([type, count]) => `  ${stack.name}: ${count} ${type}`),
  );
  if (staying.length || left.length) lines.push('What stays:');
  for (const stack of staying)
    lines.push(`  ${stack}: features, keys, records and models, which cost what they did`);
  return `${[...lines, ...left].join('\n')}\n`;
}

/** How the rest is removed by hand; empty where nothing stays. */
export function byHandText({ region }: Pick<Stage, 'region'>, staying: readonly string[]): string {
  if (!staying.length) return '';
  const lines = staying.flatMap((stack) => [
    `  aws cloudformation update-termination-protection --no-enable-termination-protection --region ${region} --stack-name ${stack}`,
    `  aws cloudformation delete-stack --region ${region} --stack-name ${stack}`,
  ]);
  return `\nTo remove it too, by hand and for ever:\n${lines.join('\n')}
Tables, buckets and keys outlive even that; docs/deployment.md says how they are deleted.\n`;
}
