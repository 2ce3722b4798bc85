import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { StartupError } from '@tristore/common/errors.ts';

/** Where `cdk bootstrap` writes down which version of it is there. */
export const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
/** The least version that templates of aws-cdk-lib 2 with images ask for. */
const LEAST_VERSION = 8;

/**
 * CDK keeps images and templates in an account in a bucket, a repository and roles of its own, made once a region.
 * @throws StartupError with the command that makes them
 */
export async function checkBootstrap({
  account,
  region,
}: {
  account: string;
  region: string;
}): Promise<void> {
  const command = `npx cdk bootstrap aws://${account}/${region}`;
  const client = new SSMClient({
    region,
    maxAttempts: 2,
    requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER }));
    if (Number(Parameter?.Value) < LEAST_VERSION)
      throw new StartupError(`CDK's bootstrap in ${region} is too old (${Parameter?.Value}): run ${command}`);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    if (error instanceof ParameterNotFound)
      throw new StartupError(`the account ${account} is not prepared for CDK in ${region}: run ${command}`);
    const { message, name } = error as Error;
    throw new StartupError(`cannot see whether the account is prepared for CDK: ${message || name}`);
  } finally {
    client.destroy();
  }
}
