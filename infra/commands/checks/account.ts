import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { StartupError } from '@tristore/common/errors.ts';
import type { Stage } from '../../stages/stage.ts';

/** For one answer; credentials may have to be fetched first, by a call or a program. */
const LIMITS = { maxAttempts: 2, requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true } };

export interface Caller {
  account: string;
  arn: string;
}

/** What AWS, or the SDK before it, says of credentials, in words of the operator. */
function faultOf(error: Error & { code?: string }, region: string): string {
  switch (error.name) {
    case 'CredentialsProviderError':
      return `there are no AWS credentials: run aws configure sso or aws configure, or set AWS_PROFILE (${error.message.split('\n')[0]})`;
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'TokenRefreshRequired':
      return 'the AWS credentials have expired: log in again (aws sso login)';
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
      return `AWS does not know the credentials in ${region}: they are wrong, or the region is not enabled for the account`;
    case 'SignatureDoesNotMatch':
      return 'the AWS credentials are wrong: the secret key does not belong to the access key';
    default:
      return error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN'
        ? `there is no region ${region}, or no network: ${error.message}`
        : `AWS does not say whose the credentials are: ${error.message || error.name}`;
  }
}

/**
 * Asks AWS, in the stage's region, whose the credentials are.
 * @throws StartupError where there are none, where they open nothing, or where they are not of the stage's account
 */
export async function checkAccount({ name, region, account }: Pick<Stage, 'name' | 'region' | 'account'>) {
  const client = new STSClient({ ...LIMITS, region });
  let caller: Caller;
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    caller = { account: Account, arn: Arn };
  } catch (error) {
    throw new StartupError(faultOf(error as Error, region));
  } finally {
    client.destroy();
  }
  if (account !== undefined && account !== caller.account)
    throw new StartupError(
      `the credentials are of account ${caller.account} (${caller.arn}), the stage ${name} is for ${account}`,
    );
  return caller;
}
