import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** What a service does with a key for whom it serves. */
export const READ = ['kms:Decrypt'] as const;
export const WRITE = ['kms:GenerateDataKey'] as const;

/** Lets a service use the key for the grantee; the grantee itself cannot call KMS with it. */
export function grantKeyThrough(
  service: 's3' | 'dynamodb',
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
