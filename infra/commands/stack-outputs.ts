import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { StartupError } from '@tristore/common/errors.ts';
import { type OutputName, type Outputs, outputsOf } from '../lib/outputs.ts';

/** Stacks that are there, by name; CloudFormation has no other way to ask for one that may not be. */
const absent = (error: unknown) => /does not exist/.test((error as Error).message);

export async function findStack(client: CloudFormationClient, name: string) {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0]?.StackStatus === 'DELETE_COMPLETE' ? undefined : Stacks[0];
  } catch (error) {
    if (absent(error)) return undefined;
    throw error;
  }
}

/** The outputs of those of the stacks that are there. */
export async function readOutputs(client: CloudFormationClient, stacks: readonly string[]): Promise<Outputs> {
  const found = await Promise.all(stacks.map((name) => findStack(client, name)));
  return outputsOf(
    found.flatMap((stack) =>
      (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const),
    ),
  );
}

/** @throws StartupError naming the outputs that the deployed stacks do not have */
export function needed<N extends OutputName>(outputs: Outputs, ...names: N[]): Record<N, string> {
  const missing = names.filter((name) => !outputs[name]);
  if (missing.length)
    throw new StartupError(
      `the deployed stacks have no output ${missing.join(', ')}: were they all deployed?`,
    );
  return outputs as Record<N, string>;
}
