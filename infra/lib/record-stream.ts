import { errorPrefix, partitionQuery, recordPrefix } from '@tristore/common/evaluation-store/delivery.ts';
import {
  ERROR_PREFIX,
  EVALUATION_TABLES,
  type EvaluationTableName,
  FIREHOSE_BUFFER_MB,
  PARTITION_COLUMNS,
} from '@tristore/common/resources.ts';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import type * as glue from 'aws-cdk-lib/aws-glue';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';

export interface RecordStreamProps {
  stage: Stage;
  key: kms.IKey;
  bucket: s3.IBucket;
  table: EvaluationTableName;
  /** The schema to convert to Parquet by; without it JSON is kept as it comes. */
  schema?: glue.S3Table | undefined;
}

/** Records on their way to S3: newline-delimited JSON in, Parquet out, in partitions by the record's own time. */
export class RecordStream extends Construct {
  readonly stream: firehose.IDeliveryStream;

  constructor(scope: Construct, id: string, { stage, key, bucket, table, schema }: RecordStreamProps) {
    super(scope, id);
    const { prefix, time } = EVALUATION_TABLES[table];
    const logGroup = new logs.LogGroup(this, 'DeliveryErrors', {
      retention: stage.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      // in the role itself: a stream is checked as it is made, and would not wait for a policy of its own
      inlinePolicies: {
        deliver: new iam.PolicyDocument({ statements: rights({ key, bucket, prefix, schema, logGroup }) }),
      },
    });
    const folders = [`/${prefix}/*`, `/${ERROR_PREFIX}/${prefix}/*`];
    acknowledgeWildcard(role, folders, 'Firehose makes up the names of the objects in its two folders');
    // the construct's own grants would be s3:GetObject* and the like on the whole bucket
    const bound = role.withoutPolicyUpdates();
    this.stream = new firehose.DeliveryStream(this, 'Stream', {
      role: bound,
      encryption: firehose.StreamEncryption.customerManagedKey(key),
      destination: new firehose.S3Bucket(bucket, {
        role: bound,
        encryptionKey: key,
        bufferingInterval: Duration.seconds(stage.evaluation.bufferSeconds),
        bufferingSize: Size.mebibytes(FIREHOSE_BUFFER_MB),
        dataOutputPrefix: recordPrefix(prefix),
        errorOutputPrefix: errorPrefix(prefix),
        loggingConfig: new firehose.EnableLogging(logGroup),
        dynamicPartitioning: { enabled: true },
        processors: [
          new firehose.MetadataExtractionProcessor(
            {
              metadataExtractionQuery: partitionQuery(time),
              jsonParsingEngine: firehose.JsonParsingEngine.JQ_1_6,
            },
            PARTITION_COLUMNS.map(({ name }) => name),
          ),
        ],
        ...(schema && { dataFormatConversion: toParquet(schema) }),
      }),
    });
  }
}

const toParquet = (schema: glue.S3Table): firehose.DataFormatConversionProps => ({
  schemaConfiguration: firehose.SchemaConfiguration.fromCfnTable(schema.node.defaultChild as glue.CfnTable),
  // keys of maps are column names of a view, whose case matters
  inputFormat: new firehose.OpenXJsonInputFormat({ lowercaseColumnNames: false }),
  outputFormat: new firehose.ParquetOutputFormat({ compression: firehose.ParquetCompression.SNAPPY }),
});

interface Rights {
  key: kms.IKey;
  bucket: s3.IBucket;
  prefix: string;
  schema: glue.S3Table | undefined;
  logGroup: logs.ILogGroup;
}

/** As Firehose's documentation lists them, narrowed to the table's own folders. */
function rights({ key, bucket, prefix, schema, logGroup }: Rights): iam.PolicyStatement[] {
  const allow = (actions: string[], ...resources: string[]) =>
    new iam.PolicyStatement({ actions, resources });
  const folders = [prefix, `${ERROR_PREFIX}/${prefix}`].map((folder) => bucket.arnForObjects(`${folder}/*`));
  return [
    allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucket.bucketArn),
    allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], ...folders),
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn),
    allow(['logs:PutLogEvents'], logGroup.logGroupArn),
    ...(schema
      ? [
          allow(
            ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
            schema.database.catalog.catalogArn,
            schema.database.databaseArn,
            schema.tableArn,
          ),
        ]
      : []),
  ];
}
