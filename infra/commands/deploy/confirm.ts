import { StartupError } from '@tristore/common/errors.ts';
import type { Stage } from '../../stages/stage.ts';
import type { Caller } from '../checks/account.ts';
import type { Terminal } from '../run-command.ts';

/** Only a stage that keeps its data asks. @throws StartupError where it was not confirmed */
export async function confirmDeployment(
  stage: Stage,
  { account }: Caller,
  terminal: Terminal,
): Promise<void> {
  if (stage.data !== 'keep') return;
  const typed = await terminal.ask(
    `Deploy ${stage.name} into account ${account}, ${stage.region}? Type ${stage.name}: `,
  );
  if (typed === undefined) throw new StartupError(`${stage.name} is confirmed at a terminal, or by --yes`);
  if (typed.trim() !== stage.name) throw new StartupError('not confirmed: nothing was touched');
}
