import { PARTITION_PROJECTION } from '@tristore/common/evaluation-store/table-ddl.ts';
import { evaluationViews } from '@tristore/common/evaluation-store/views.ts';
import {
  EVALUATION_TABLES,
  type EvaluationTableName,
  PARTITION_COLUMNS,
} from '@tristore/common/resources.ts';
import { Match } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { dataTemplateOf, stageWith } from './data-template.ts';
import { synthesisedStore } from './synthesised-store.ts';

const stage = await stageWith('prd');
const template = dataTemplateOf(stage);
const store = synthesisedStore(template.toJSON(), { bucket: 'records', database: 'evaluation' });
const TABLES = Object.keys(EVALUATION_TABLES) as EvaluationTableName[];

t.test('Glue’s tables are those of resources.ts, column by column', async (t) => {
  t.same(
    store.tables.map(({ name }) => name),
    TABLES,
  );
  for (const { name, columns, partitions, location } of store.tables) {
    const { prefix, columns: expected } = EVALUATION_TABLES[name];
    t.same(
      columns,
      expected.map(({ name, type, comment }) => ({
        Name: name,
        Type: type,
        ...(comment && { Comment: comment }),
      })),
    );
    t.same(
      partitions,
      PARTITION_COLUMNS.map(({ name, type }) => ({ Name: name, Type: type })),
    );
    t.equal(location, `s3://records/${prefix}/`);
  }
});

t.test('partitions are computed, where Firehose writes them', async (t) => {
  const { dt, hour } = PARTITION_PROJECTION;
  for (const { name, parameters } of store.tables)
    t.match(parameters, {
      classification: 'parquet',
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.format': dt.format,
      'projection.dt.range': `${dt.from},${dt.to}`,
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'DAYS',
      'projection.hour.type': 'integer',
      'projection.hour.range': `${hour.from},${hour.to}`,
      'projection.hour.digits': String(hour.digits),
      'storage.location.template': `s3://records/${EVALUATION_TABLES[name].prefix}/dt=\${dt}/hour=\${hour}/`,
    });
});

t.test(
  'views: Glue’s columns and the definition’s are one list, and the query is that of views.ts',
  async (t) => {
    t.same(
      store.views.map(({ name }) => name),
      evaluationViews().map(({ name }) => name),
    );
    for (const [index, { name, select, columns }] of evaluationViews().entries()) {
      const view = store.views[index];
      t.equal(view?.definition.originalSql, select);
      t.same(
        view?.columns.map(({ Name }) => Name),
        columns,
        `${name}: Glue`,
      );
      t.same(
        view?.definition.columns.map(({ name }) => name),
        columns,
        `${name}: Athena`,
      );
      t.match(view, {
        tableType: 'VIRTUAL_VIEW',
        parameters: { presto_view: 'true' },
        expanded: '/* Presto View */',
      });
      t.match(view?.definition, { catalog: 'awsdatacatalog', schema: 'evaluation' });
    }
    const types = new Map(store.views.at(-1)?.definition.columns.map(({ name, type }) => [name, type]));
    t.equal(types.get('created_at'), 'timestamp(3)');
    t.equal(types.get('features'), 'map(varchar, double)');
    t.equal(types.get('missing'), 'array(varchar)');
    t.equal(types.get('outcome'), 'double');
  },
);

t.test('streams: by the record’s own time, to Parquet by the table’s schema, keys’ case kept', async (t) => {
  template.resourceCountIs('AWS::KinesisFirehose::DeliveryStream', TABLES.length);
  for (const name of TABLES) {
    const { prefix, time } = EVALUATION_TABLES[name];
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: Match.absent(),
      DeliveryStreamType: 'DirectPut',
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK' },
      ExtendedS3DestinationConfiguration: {
        Prefix: `${prefix}/dt=!{partitionKeyFromQuery:dt}/hour=!{partitionKeyFromQuery:hour}/`,
        ErrorOutputPrefix: `errors/${prefix}/!{firehose:error-output-type}/`,
        BufferingHints: { IntervalInSeconds: stage.evaluation.bufferSeconds, SizeInMBs: 64 },
        DynamicPartitioningConfiguration: { Enabled: true },
        EncryptionConfiguration: { KMSEncryptionConfig: Match.anyValue() },
        CloudWatchLoggingOptions: { Enabled: true },
        ProcessingConfiguration: {
          Enabled: true,
          Processors: [
            {
              Type: 'MetadataExtraction',
              Parameters: [
                {
                  ParameterName: 'MetadataExtractionQuery',
                  ParameterValue: `{dt:.${time}[0:10],hour:.${time}[11:13]}`,
                },
                { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
              ],
            },
          ],
        },
        DataFormatConversionConfiguration: {
          Enabled: true,
          SchemaConfiguration: { TableName: { Ref: Match.stringLikeRegexp(name.replaceAll('_', '')) } },
          InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: { CaseInsensitive: false } } },
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } } },
        },
      },
    });
  }
  t.pass('as they should be');
});

t.test('a stream may write to the folders of its table, and nowhere else', async (t) => {
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  t.equal(roles.length, TABLES.length);
  for (const [index, name] of TABLES.entries()) {
    const statements = roles[index]?.['Properties'].Policies[0].PolicyDocument.Statement ?? [];
    const writes = statements.filter(({ Action }: { Action: string[] }) => Action.includes('s3:PutObject'));
    const { prefix } = EVALUATION_TABLES[name];
    t.same(
      writes.flatMap(({ Resource }: { Resource: { 'Fn::Join': [string, unknown[]] }[] }) =>
        Resource.map((resource) => resource['Fn::Join'][1].at(-1)),
      ),
      [`/${prefix}/*`, `/errors/${prefix}/*`],
    );
    t.notMatch(
      JSON.stringify(statements),
      /"[a-z0-9]+:\*"|\[?"\*"\]?/,
      'no action and no resource is all of them',
    );
  }
});

t.test('the workgroup: nobody may set aside its limit, its place for results, or its engine', async () => {
  template.hasResourceProperties('AWS::Athena::WorkGroup', {
    RecursiveDeleteOption: true,
    WorkGroupConfiguration: {
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      BytesScannedCutoffPerQuery: stage.evaluation.scanLimitGigabytes * 1e9,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: {
        OutputLocation: Match.anyValue(),
        EncryptionConfiguration: { EncryptionOption: 'SSE_KMS', KmsKey: Match.anyValue() },
      },
    },
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: Match.arrayWith([
        Match.objectLike({ Id: 'old-results', ExpirationInDays: stage.evaluation.deleteResultsAfterDays }),
      ]),
    },
  });
});

t.test('the questions that docs/evaluation-store.md answers can be picked in Athena', async (t) => {
  t.equal(store.queries.length, 6);
  for (const { name, sql, database } of store.queries) {
    t.match(name, /\?$/);
    t.match(sql, /^select/);
    t.equal(database, 'evaluation');
  }
});
