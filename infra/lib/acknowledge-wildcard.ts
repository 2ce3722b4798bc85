import { Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Says beside a right on everything below a folder why it has to be so, for the rule AwsSolutions-IAM5.
 * @param endings what the resources end with, such as `/rescue/*`; `…` stands for what CloudFormation makes up
 */
export function acknowledgeWildcard(
  grantee: iam.IGrantable,
  endings: readonly string[],
  reason: string,
): void {
  const { grantPrincipal: holder } = grantee;
  if (!Construct.isConstruct(holder)) return;
  for (const ending of endings)
    Validations.of(holder).acknowledge({ id: `AwsSolutions-IAM5[Resource::…${ending}]`, reason });
}
