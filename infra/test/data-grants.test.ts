import t from 'tap';
import { stageWith } from './data-template.ts';
import { rightsOf } from './grants.ts';

const stage = await stageWith('prd');
const through = (service: string) => ({
  StringEquals: { 'kms:ViaService': `${service}.${stage.region}.amazonaws.com` },
});
const glue = (resource: string) => `arn:{AWS::Partition}:glue:${stage.region}:{AWS::AccountId}:${resource}`;

t.test('the orchestrator reads and writes rows, and never scans a table', async (t) => {
  t.same(
    rightsOf(stage, ({ featureStore }, role) => featureStore.grantServe(role)),
    [
      {
        actions: 'dynamodb:GetItem dynamodb:BatchGetItem dynamodb:PutItem dynamodb:DeleteItem',
        on: ['FeatureStorefeatures'],
      },
      {
        actions:
          'kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:ReEncryptFrom kms:ReEncryptTo',
        on: ['Key'],
        only: through('dynamodb'),
      },
      {
        actions:
          'dynamodb:GetItem dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem',
        on: ['FeatureStorestate'],
      },
    ],
  );
});

t.test('the model server looks up keys, and changes nothing', async (t) => {
  t.same(
    rightsOf(stage, ({ featureStore }, role) => featureStore.grantReadKeys(role)),
    [
      { actions: 'dynamodb:GetItem dynamodb:BatchGetItem', on: ['FeatureStorestate'] },
      { actions: 'kms:Decrypt kms:DescribeKey', on: ['Key'], only: through('dynamodb') },
    ],
  );
});

t.test('who writes records cannot read them, but for what was rescued', async (t) => {
  t.same(
    rightsOf(stage, ({ evaluationStore }, role) => evaluationStore.grantWrite(role)),
    [
      {
        actions: 'firehose:PutRecordBatch',
        on: ['EvaluationStorePredictionsStream', 'EvaluationStoreOutcomesStream'],
      },
      { actions: 's3:GetObject s3:PutObject', on: ['EvaluationStoreRecords/rescue/*'] },
      { actions: 'kms:Decrypt kms:GenerateDataKey', on: ['Key'], only: through('s3') },
    ],
  );
});

t.test('who asks the evaluation store reads records, and writes results alone', async (t) => {
  const rights = rightsOf(stage, ({ evaluationStore }, role) => evaluationStore.grantQuery(role));
  t.match(rights[0], {
    actions:
      'athena:StartQueryExecution athena:GetQueryExecution athena:GetQueryResults athena:StopQueryExecution',
    on: [/:workgroup\/EvaluationStoreAthenaWorkgroup$/],
  });
  t.same(rights.slice(1), [
    {
      actions: 'glue:GetDatabase glue:GetTable glue:GetTables glue:GetPartition glue:GetPartitions',
      on: [
        glue('catalog'),
        glue('database/EvaluationStoreCatalogDatabase'),
        glue('table/EvaluationStoreCatalogDatabase/*'),
      ],
    },
    { actions: 'glue:GetDatabase', on: [glue('database/default')] },
    { actions: 's3:GetBucketLocation', on: ['EvaluationStoreRecords', 'EvaluationStoreAthenaResults'] },
    {
      actions: 's3:ListBucket',
      on: ['EvaluationStoreRecords'],
      only: { StringLike: { 's3:prefix': ['prediction_records/*', 'outcome_records/*'] } },
    },
    {
      actions: 's3:GetObject',
      on: ['EvaluationStoreRecords/prediction_records/*', 'EvaluationStoreRecords/outcome_records/*'],
    },
    { actions: 's3:ListBucket s3:ListBucketMultipartUploads', on: ['EvaluationStoreAthenaResults'] },
    {
      actions: 's3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject',
      on: ['EvaluationStoreAthenaResults/*'],
    },
    { actions: 'kms:Decrypt kms:GenerateDataKey', on: ['Key'], only: through('s3') },
  ]);
});

const reads = [
  { actions: 's3:ListBucket', on: ['ArtifactsModels'] },
  { actions: 's3:GetObject', on: ['ArtifactsModels/*'] },
  { actions: 'kms:Decrypt', on: ['Key'], only: through('s3') },
];
const encrypts = { actions: 'kms:GenerateDataKey', on: ['Key'], only: through('s3') };

t.test('models: read; promoted by a new alias file; published; and deleted by nobody', async (t) => {
  t.same(
    rightsOf(stage, ({ artifacts }, role) => artifacts.grantRead(role)),
    reads,
  );
  t.same(
    rightsOf(stage, ({ artifacts }, role) => artifacts.grantPromote(role)),
    [...reads, { actions: 's3:PutObject', on: ['ArtifactsModels/*/aliases/*'] }, encrypts],
  );
  t.same(
    rightsOf(stage, ({ artifacts }, role) => artifacts.grantPublish(role)),
    [...reads, { actions: 's3:PutObject', on: ['ArtifactsModels/*'] }, encrypts],
  );
});
