import type { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { StageName } from '../../stages/stage-names.ts';

/** As `cdk bootstrap` names what it makes, unless it is told otherwise. */
const BOOTSTRAP = 'hnb659fds';

/**
 * What `npm run deploy` does in a stage: CloudFormation by the roles that `cdk bootstrap` made, and the few calls by
 * itself before and after. Tables and buckets have names that CloudFormation makes up: they begin with their stack's.
 */
export function deployRights(scope: Stack, stage: StageName): iam.PolicyStatement[] {
  const { partition, region, account } = scope;
  const arn = (service: string, resource: string, place = `${region}:${account}`) =>
    `arn:${partition}:${service}:${place}:${resource}`;
  const allow = (actions: string[], ...resources: string[]) =>
    new iam.PolicyStatement({ actions, resources });
  const bootstrap = (role: string) => arn('iam', `role/cdk-${BOOTSTRAP}-${role}-role-*`, `:${account}`);
  return [
    allow(['sts:AssumeRole'], ...['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(bootstrap)),
    allow(['ssm:GetParameter'], arn('ssm', `parameter/cdk-bootstrap/${BOOTSTRAP}/version`)),
    allow(
      ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackEvents'],
      arn('cloudformation', `stack/tristore-${stage}-*/*`),
    ),
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      ...['', '/*'].map((keys) => arn('s3', `tristore-${stage}-data-*${keys}`, ':')),
    ),
    allow(
      [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      arn('dynamodb', `table/tristore-${stage}-data-*`),
    ),
    // the stage's key has no name that is known here: it is reached through the two services that use it, and only there
    new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [arn('kms', 'key/*')],
      conditions: {
        StringEquals: {
          'aws:ResourceTag/tristore:stage': stage,
          'kms:ViaService': [`s3.${region}.amazonaws.com`, `dynamodb.${region}.amazonaws.com`],
        },
      },
    }),
  ];
}
