import type { Stage } from '../../stages/stage.ts';
import { type Caller, checkAccount } from './account.ts';
import { checkBootstrap } from './bootstrap.ts';
import { checkDocker } from './docker.ts';

export interface Preflight {
  stage: Stage;
  /** Whether images will be built. */
  builds: boolean;
  say(line: string): void;
}

/**
 * All that can be known before anything is touched: credentials, account and region, Docker, CDK's bootstrap.
 * @throws StartupError with the first that is not as it must be
 */
export async function preflight({ stage, builds, say }: Preflight): Promise<Caller> {
  const caller = await checkAccount(stage);
  say(`account ${caller.account}, region ${stage.region}, as ${caller.arn}`);
  if (builds) {
    await checkDocker();
    say('Docker answers: images will be built here');
  }
  await checkBootstrap({ account: caller.account, region: stage.region });
  say('the account is prepared for CDK');
  return caller;
}
