import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { StartupError } from '@tristore/common/errors.ts';
import type { Stage } from '../../stages/stage.ts';
import { synthesise } from '../assembly.ts';
import { checkAccount } from '../checks/account.ts';
import type { Terminal } from '../run-command.ts';
import { findStack } from '../stack-outputs.ts';
import { deleteStack } from './delete-stack.ts';
import { inOrder } from './in-order.ts';
import { byHandText, planOf, planText } from './plan.ts';

export interface Destruction {
  stage: Stage;
  /** The stage's name need not be typed. */
  yes: boolean;
  terminal: Terminal;
  pollMs?: number;
}

async function confirm({ stage, yes, terminal }: Destruction): Promise<void> {
  if (yes) return;
  const typed = await terminal.ask(`Type ${stage.name} to remove it: `);
  if (typed === undefined) throw new StartupError('the removal is confirmed at a terminal, or by --yes');
  if (typed.trim() !== stage.name) throw new StartupError('not confirmed: nothing was touched');
}

/** Removes a stage, but for the data of one that keeps it. @throws StartupError */
export async function destroy(options: Destruction): Promise<void> {
  const { stage, terminal, pollMs } = options;
  const { region } = stage;
  const { account } = await checkAccount(stage);
  const { stacks } = await synthesise({ stage });
  const cloudFormation = new CloudFormationClient({ region });
  // a bucket's name in the path is right for emulators, and wrong for nobody
  const s3 = new S3Client({ region, forcePathStyle: true });
  try {
    const found = await Promise.all(stacks.map(({ name }) => findStack(cloudFormation, name)));
    const deployed = new Set(found.flatMap((stack) => stack?.StackName ?? []));
    const plan = planOf(stage, { stacks }, deployed);
    if (plan.going.length) {
      terminal.write(`Account ${account}. ${planText(stage, plan)}`);
      await confirm(options);
      const say = (line: string) => terminal.write(`${line}\n`);
      await inOrder(plan.going, (stack) =>
        deleteStack(stack, { cloudFormation, s3, say, ...(pollMs && { pollMs }) }),
      );
      terminal.write(`${stage.name} is removed.\n`);
    } else terminal.write(`Nothing of ${stage.name} is left to remove in account ${account}, ${region}.\n`);
    terminal.write(byHandText(stage, plan.staying));
  } finally {
    cloudFormation.destroy();
    s3.destroy();
  }
}
