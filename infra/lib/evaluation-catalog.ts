import { PARTITION_PROJECTION } from '@tristore/common/evaluation-store/table-ddl.ts';
import { evaluationViews } from '@tristore/common/evaluation-store/views.ts';
import {
  EVALUATION_TABLES,
  type EvaluationTableName,
  type GlueType,
  PARTITION_COLUMNS,
} from '@tristore/common/resources.ts';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AthenaView } from './athena-view.ts';

const column = ({ name, type, comment }: { name: string; type: GlueType; comment?: string }) => ({
  name,
  type: glue.Schema.custom(type),
  ...(comment && { comment }),
});

const { dt, hour } = PARTITION_PROJECTION;

/** Which partitions there are is computed: no crawler runs, and none has to be added. */
const partitionProjection: glue.PartitionProjection = {
  dt: glue.PartitionProjectionConfiguration.date({
    min: dt.from,
    max: dt.to,
    format: dt.format,
    step: { interval: 1, intervalUnit: glue.DateIntervalUnit.DAYS },
  }),
  hour: glue.PartitionProjectionConfiguration.integer({
    min: Number(hour.from),
    max: Number(hour.to),
    digits: hour.digits,
  }),
};

/**
 * Tables and views of the evaluation store, for Firehose and Athena. It describes data and holds none, so it goes with
 * the stage even where data stays: the next deployment describes the same again, under the same names.
 */
export class EvaluationCatalog extends Construct {
  readonly database: glue.IDatabase;
  readonly tables: Record<EvaluationTableName, glue.S3Table>;

  constructor(scope: Construct, id: string, { bucket }: { bucket: s3.IBucket }) {
    super(scope, id);
    this.database = new glue.Database(this, 'Database', {
      description: 'What models saw and said, and what really happened',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const table = (name: EvaluationTableName) => {
      const { prefix, columns } = EVALUATION_TABLES[name];
      return new glue.S3Table(this, name, {
        database: this.database,
        tableName: name,
        description: `${name}: Parquet, delivered by Firehose`,
        storage: glue.S3TableStorage.fromBucket(bucket),
        s3Prefix: `${prefix}/`,
        columns: columns.map(column),
        partitionKeys: PARTITION_COLUMNS.map(column),
        dataFormat: glue.DataFormat.PARQUET,
        // by its readers, that is; what S3 encrypts it decrypts
        hasEncryptedData: false,
        partitionProjection,
        parameters: {
          'storage.location.template': `s3://${bucket.bucketName}/${prefix}/dt=\${dt}/hour=\${hour}/`,
        },
      });
    };
    this.tables = {
      prediction_records: table('prediction_records'),
      outcome_records: table('outcome_records'),
    };
    for (const view of evaluationViews()) new AthenaView(this, view.name, { view, database: this.database });
  }
}
