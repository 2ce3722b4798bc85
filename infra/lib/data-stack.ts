import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { ArtifactStore } from './artifact-store.ts';
import { LogBucket, removalOf } from './data-bucket.ts';
import { EvaluationStore } from './evaluation-store.ts';
import { FeatureStore } from './feature-store.ts';

export type { ArtifactStore, EvaluationStore, FeatureStore };

export interface DataStackProps extends StackProps {
  stage: Stage;
}

/** All that outlives a task. */
export class DataStack extends Stack {
  /** Encrypts what holds personal data: tables, records, query results, models. */
  readonly key: kms.IKey;
  /** Takes access logs, the balancer's too: its key is S3's own. */
  readonly logBucket: s3.IBucket;
  readonly featureStore: FeatureStore;
  readonly evaluationStore: EvaluationStore;
  readonly artifacts: ArtifactStore;
  readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { stage, ...props }: DataStackProps) {
    super(scope, id, props);
    // without it a log bucket is opened by ACLs, which new buckets have no more
    this.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);
    this.key = new kms.Key(this, 'Key', {
      description: `data of ${id}`,
      enableKeyRotation: true,
      removalPolicy: removalOf(stage),
    });
    const { key } = this;
    const logs = new LogBucket(this, 'AccessLogs', { stage });
    this.logBucket = logs;
    this.featureStore = new FeatureStore(this, 'FeatureStore', { stage, key });
    this.evaluationStore = new EvaluationStore(this, 'EvaluationStore', { stage, key, logs });
    this.artifacts = new ArtifactStore(this, 'Artifacts', { stage, key, logs });
    this.alarms = new AlarmTopic(this, 'Alarms');
    this.#tell();
  }

  get alarmTopic(): sns.ITopic {
    return this.alarms.topic;
  }

  /** What an operator's commands need. */
  #tell(): void {
    const { featureStore, evaluationStore, artifacts } = this;
    const outputs = {
      FeaturesTable: featureStore.features.tableName,
      StateTable: featureStore.state.tableName,
      PredictionStream: evaluationStore.predictions.deliveryStreamName,
      OutcomeStream: evaluationStore.outcomes.deliveryStreamName,
      RecordsBucket: evaluationStore.bucket.bucketName,
      SpoolRescue: evaluationStore.rescueUrl,
      ArtifactBucket: artifacts.bucket.bucketName,
      Registry: artifacts.url,
      AlarmTopicArn: this.alarmTopic.topicArn,
      ...(evaluationStore.url && {
        EvaluationStoreUrl: evaluationStore.url,
        AthenaWorkgroup: evaluationStore.workgroup?.name ?? '',
        GlueDatabase: evaluationStore.catalog?.database.databaseName ?? '',
      }),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
