import { Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

export interface DataStackProps extends StackProps {
  stage: Stage;
}

/** Tables `features` and `state`. */
export interface FeatureStore {
  readonly features: dynamodb.ITable;
  readonly state: dynamodb.ITable;
  /** What the orchestrator does with both tables. */
  grantServe(grantee: iam.IGrantable): void;
  /** What the model server does: it looks up API keys. */
  grantReadKeys(grantee: iam.IGrantable): void;
}

/** Streams, their Parquet, and how it is asked. */
export interface EvaluationStore {
  readonly bucket: s3.IBucket;
  readonly predictions: firehose.IDeliveryStream;
  readonly outcomes: firehose.IDeliveryStream;
  /** `athena://workgroup/database`, as `EVALUATION_STORE` takes it. */
  readonly url: string;
  /** PutRecordBatch on both streams, and the rescue folder of the spool. */
  grantWrite(grantee: iam.IGrantable): void;
  /** Queries by Athena. */
  grantQuery(grantee: iam.IGrantable): void;
  /** `s3://` URL under which undelivered records go at the end of a task, as `SPOOL_RESCUE` takes it. */
  readonly rescueUrl: string;
}

/** The registry: model versions and aliases. */
export interface ArtifactStore {
  readonly bucket: s3.IBucket;
  /** `s3://` URL, as `REGISTRY` takes it. */
  readonly url: string;
  grantRead(grantee: iam.IGrantable): void;
  /** Also writes of new alias files, and of new versions. */
  grantPublish(grantee: iam.IGrantable): void;
  /** Also writes of new alias files. */
  grantPromote(grantee: iam.IGrantable): void;
}

/** All that outlives a task. */
export class DataStack extends Stack {
  readonly key: kms.IKey;
  readonly alarmTopic: sns.ITopic;
  /** Takes access logs, the balancer's too: its key is S3's own. */
  readonly logBucket: s3.IBucket;
  declare readonly featureStore: FeatureStore;
  declare readonly evaluationStore: EvaluationStore;
  declare readonly artifacts: ArtifactStore;

  constructor(scope: Construct, id: string, { stage: _stage, ...props }: DataStackProps) {
    super(scope, id, props);
    this.key = new kms.Key(this, 'Key', { enableKeyRotation: true });
    this.alarmTopic = new sns.Topic(this, 'AlarmTopic', { masterKey: this.key });
    const features = new dynamodb.Table(this, 'features', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    });
    const state = new dynamodb.Table(this, 'state', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    });
    this.featureStore = {
      features,
      state,
      grantServe: (grantee) => {
        features.grantReadWriteData(grantee);
        state.grantReadWriteData(grantee);
      },
      grantReadKeys: (grantee) => state.grantReadData(grantee),
    };
    this.logBucket = new s3.Bucket(this, 'AccessLogs', { enforceSSL: true });
    const bucket = new s3.Bucket(this, 'Evaluation');
    const stream = (name: string) =>
      new firehose.DeliveryStream(this, name, { destination: new firehose.S3Bucket(bucket) });
    const predictions = stream('Predictions');
    const outcomes = stream('Outcomes');
    this.evaluationStore = {
      bucket,
      predictions,
      outcomes,
      url: 'athena://placeholder/placeholder',
      rescueUrl: `s3://${bucket.bucketName}/rescue`,
      grantWrite: (grantee) => {
        predictions.grantPutRecords(grantee);
        outcomes.grantPutRecords(grantee);
      },
      grantQuery: (grantee) => bucket.grantRead(grantee),
    };
    const artifacts = new s3.Bucket(this, 'Artifacts', { versioned: true });
    this.artifacts = {
      bucket: artifacts,
      url: `s3://${artifacts.bucketName}`,
      grantRead: (grantee) => artifacts.grantRead(grantee),
      grantPublish: (grantee) => artifacts.grantReadWrite(grantee),
      grantPromote: (grantee) => artifacts.grantReadWrite(grantee),
    };
  }
}
