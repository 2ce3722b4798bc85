import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { AthenaWorkgroup } from './athena-workgroup.ts';
import type { EvaluationCatalog } from './evaluation-catalog.ts';

export interface Queried {
  catalog: EvaluationCatalog;
  workgroup: AthenaWorkgroup;
  bucket: s3.IBucket;
}

/**
 * What asking takes: four calls of ours, and the calls to Glue and S3 that Athena makes with the caller's rights
 * (https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html, s3-permissions.html). A query through
 * a view reads the view and the tables below it, so the rights are on the whole database.
 */
export function queryRights({ catalog: { database }, workgroup, bucket }: Queried): iam.PolicyStatement[] {
  const allow = (actions: string[], resources: string[], conditions?: object) =>
    new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) });
  const prefixes = Object.values(EVALUATION_TABLES).map(({ prefix }) => `${prefix}/*`);
  const inGlue = (resource: string, resourceName: string) =>
    Stack.of(workgroup).formatArn({ service: 'glue', resource, resourceName });
  const tables = inGlue('table', `${database.databaseName}/*`);
  const defaultDatabase = inGlue('database', 'default');
  const { results } = workgroup;
  return [
    allow(
      ['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults', 'StopQueryExecution'].map(
        (action) => `athena:${action}`,
      ),
      [workgroup.arn],
    ),
    allow(
      ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartition', 'glue:GetPartitions'],
      [database.catalog.catalogArn, database.databaseArn, tables],
    ),
    // looked up in every account and region, whatever is asked; the catalog is granted above
    // (https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html)
    allow(['glue:GetDatabase'], [defaultDatabase]),
    allow(['s3:GetBucketLocation'], [bucket.bucketArn, results.bucketArn]),
    allow(['s3:ListBucket'], [bucket.bucketArn], { StringLike: { 's3:prefix': prefixes } }),
    allow(
      ['s3:GetObject'],
      prefixes.map((prefix) => bucket.arnForObjects(prefix)),
    ),
    allow(['s3:ListBucket', 's3:ListBucketMultipartUploads'], [results.bucketArn]),
    allow(
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
      [results.arnForObjects('*')],
    ),
  ];
}
