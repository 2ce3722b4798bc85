import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { publishToBucket } from '@tristore/local/compose/publish-to-bucket.ts';
import { declareViews } from '@tristore/local/launch/seed.ts';

export interface Publication {
  s3: S3Client;
  bucket: string;
  dynamodb: DynamoDBClient;
  stateTable: string;
  /** The folder of committed versions. */
  committed: string;
}

/**
 * Publishes the committed versions into a bucket where a model has no aliases yet, and declares the views that the
 * champions need. What a bucket serves already stays: promotion is a decision, and not part of a deployment. One that
 * broke off is carried on, since the aliases come last.
 * @returns the models that were published
 */
export async function publishFirstModels(publication: Publication): Promise<string[]> {
  const { s3, bucket, committed, dynamodb, stateTable } = publication;
  const served = new S3Registry({ client: s3, bucket, prefix: '' });
  const models = await new FolderRegistry(committed).models();
  const without: string[] = [];
  for (const model of models) if (!(await served.aliases(model))) without.push(model);
  if (without.length) await publishToBucket(committed, s3, bucket);
  await declareViews(dynamodb, new S3Registry({ client: s3, bucket, prefix: '' }), stateTable);
  return without;
}
