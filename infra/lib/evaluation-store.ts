import { ERROR_PREFIX, EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { acknowledgeWildcard } from './acknowledge-wildcard.ts';
import { AthenaWorkgroup } from './athena-workgroup.ts';
import { DataBucket } from './data-bucket.ts';
import { EvaluationCatalog } from './evaluation-catalog.ts';
import { queryRights } from './evaluation-query-rights.ts';
import { grantKeyThrough, READ, WRITE } from './kms-use.ts';
import { RecordStream } from './record-stream.ts';

/** Folder of what replicas could not deliver before their end; never deleted by age, since it is nowhere else. */
const RESCUE_PREFIX = 'rescue';

export interface EvaluationStoreProps {
  stage: Stage;
  key: kms.IKey;
  logs: s3.IBucket;
}

/** Streams, their Parquet, and how it is asked. */
export class EvaluationStore extends Construct {
  readonly bucket: s3.IBucket;
  readonly predictions: firehose.IDeliveryStream;
  readonly outcomes: firehose.IDeliveryStream;
  /** Glue and Athena; an emulator without them has none. */
  readonly catalog: EvaluationCatalog | undefined;
  readonly workgroup: AthenaWorkgroup | undefined;
  /** `s3://` URL under which undelivered records go at the end of a task, as `SPOOL_RESCUE` takes it. */
  readonly rescueUrl: string;
  readonly #key: kms.IKey;

  constructor(scope: Construct, id: string, { stage, key, logs }: EvaluationStoreProps) {
    super(scope, id);
    const bucket = new DataBucket(this, 'Records', { stage, key, logs, lifecycleRules: lifecycle(stage) });
    this.bucket = bucket;
    this.#key = key;
    this.rescueUrl = `s3://${bucket.bucketName}/${RESCUE_PREFIX}`;
    if (stage.evaluation.parquet) {
      this.catalog = new EvaluationCatalog(this, 'Catalog', { bucket });
      const { databaseName: database } = this.catalog.database;
      this.workgroup = new AthenaWorkgroup(this, 'Athena', { stage, key, logs, database });
    }
    const stream = (name: string, table: EvaluationTableName) =>
      new RecordStream(this, name, { stage, key, bucket, table, schema: this.catalog?.tables[table] }).stream;
    this.predictions = stream('Predictions', 'prediction_records');
    this.outcomes = stream('Outcomes', 'outcome_records');
  }

  /** `athena://workgroup/database`, as `EVALUATION_STORE` takes it; undefined where records are not converted. */
  get url(): string | undefined {
    return (
      this.workgroup &&
      this.catalog &&
      `athena://${this.workgroup.name}/${this.catalog.database.databaseName}`
    );
  }

  /** Records into both streams, and what is left undelivered into the rescue folder, where it is read back at once. */
  grantWrite(grantee: iam.IGrantable): void {
    const streams = [this.predictions, this.outcomes].map(({ deliveryStreamArn }) => deliveryStreamArn);
    const allow = (actions: string[], resources: string[]) =>
      grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['firehose:PutRecordBatch'], streams);
    allow(['s3:GetObject', 's3:PutObject'], [this.bucket.arnForObjects(`${RESCUE_PREFIX}/*`)]);
    acknowledgeWildcard(grantee, [`/${RESCUE_PREFIX}/*`], 'each task names its rescued segments itself');
    grantKeyThrough('s3', this.#key, grantee, [...READ, ...WRITE]);
  }

  /** Queries by Athena, which reads and writes in the name of who asks. */
  grantQuery(grantee: iam.IGrantable): void {
    const { catalog, workgroup, bucket } = this;
    if (!catalog || !workgroup) return;
    for (const statement of queryRights({ catalog, workgroup, bucket }))
      grantee.grantPrincipal.addToPrincipalPolicy(statement);
    const folders = Object.values(EVALUATION_TABLES).map(({ prefix }) => `/${prefix}/*`);
    acknowledgeWildcard(
      grantee,
      folders,
      'Athena reads the objects of the tables, whose names Firehose makes up',
    );
    acknowledgeWildcard(grantee, ['Athena…/*'], 'Athena makes up the names of the results in their bucket');
    acknowledgeWildcard(grantee, [':table/…/*'], 'a view reads the tables below it: all of the database');
    grantKeyThrough('s3', this.#key, grantee, [...READ, ...WRITE]);
  }
}

function lifecycle({ evaluation }: Stage): s3.LifecycleRule[] {
  const { infrequentAfterDays, deleteAfterDays, deleteErrorsAfterDays } = evaluation;
  return [
    ...Object.values(EVALUATION_TABLES).map(({ prefix }) => ({
      id: prefix,
      prefix: `${prefix}/`,
      transitions: [
        {
          storageClass: s3.StorageClass.INFREQUENT_ACCESS,
          transitionAfter: Duration.days(infrequentAfterDays),
        },
      ],
      ...(deleteAfterDays && { expiration: Duration.days(deleteAfterDays) }),
    })),
    { id: ERROR_PREFIX, prefix: `${ERROR_PREFIX}/`, expiration: Duration.days(deleteErrorsAfterDays) },
  ];
}
