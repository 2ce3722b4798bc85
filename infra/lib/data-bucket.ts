import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

/** Data that outlives the stage is let go of, not deleted, when the stage is removed. */
export const removalOf = (stage: Stage): RemovalPolicy =>
  stage.data === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** What every bucket is: closed to the public, reached by TLS alone, rid of uploads that were never finished. */
const closed = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
} as const;

const unfinished: s3.LifecycleRule = {
  id: 'unfinished-uploads',
  abortIncompleteMultipartUploadAfter: Duration.days(7),
};

export interface DataBucketProps {
  stage: Stage;
  key: kms.IKey;
  logs: s3.IBucket;
  versioned?: boolean;
  lifecycleRules?: s3.LifecycleRule[];
}

/**
 * A bucket of records or models, under our key. Nothing empties it when its stack goes: a function that can delete every
 * object would have to stay in the account for that, so the command that removes a stage does it.
 */
export class DataBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { stage, key, logs, ...props }: DataBucketProps) {
    super(scope, id, {
      ...closed,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      // one call of KMS for many objects
      bucketKeyEnabled: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      removalPolicy: removalOf(stage),
      versioned: props.versioned ?? false,
      lifecycleRules: [unfinished, ...(props.lifecycleRules ?? [])],
    });
  }
}

/** Who asked the other buckets for what. S3 and the balancers write to a bucket under S3's own key alone. */
export class LogBucket extends s3.Bucket {
  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id, {
      ...closed,
      encryption: s3.BucketEncryption.S3_MANAGED,
      removalPolicy: removalOf(stage),
      lifecycleRules: [unfinished, { id: 'old-logs', expiration: Duration.days(stage.accessLogDays) }],
    });
  }
}
