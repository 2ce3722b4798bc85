import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** What a service does with a key for whom it serves. */
export const READ = ['kms:Decrypt'] as const;
export const WRITE = ['kms:GenerateDataKey'] as const;

/** DynamoDB's own list, without what only the making of a table needs. */
export const TABLE_READ = ['kms:Decrypt', 'kms:DescribeKey'] as const;
export const TABLE_WRITE = [
  ...TABLE_READ,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** Lets a service use the key for the grantee; the grantee itself cannot call KMS with it. */
export function grantKeyThrough(
  service: 's3' | 'dynamodb' | 'sns',
  key: kms.IKey,
  grantee: iam.IGrantable,
  actions: readonly string[],
): void {
  const { region } = Stack.of(key);
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } },
    }),
  );
}
