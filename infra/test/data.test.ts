import { TABLES } from '@tristore/common/resources.ts';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { STAGE_NAMES, type StageName } from '../stages/stage-names.ts';
import { dataTemplateOf, emulatedStage, stageWith } from './data-template.ts';

const stages = new Map(
  await Promise.all(
    STAGE_NAMES.map(async (name) => {
      const stage = await stageWith(name);
      return [name, { stage, template: dataTemplateOf(stage) }] as const;
    }),
  ),
);
const of = (name: StageName) => {
  const found = stages.get(name);
  if (!found) throw new Error(name);
  return found;
};

interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is what CloudFormation says
  Properties: any;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
const resourcesOf = (template: Template, type?: string): [string, Resource][] =>
  Object.entries(template.toJSON()['Resources'] as Record<string, Resource>).filter(
    ([, { Type }]) => !type || Type === type,
  );

for (const name of STAGE_NAMES)
  t.test(name, async (t) => {
    const { stage, template } = of(name);

    t.test('tables: on demand, under our key, with expiry and recovery to the second', async (t) => {
      t.equal(resourcesOf(template, 'AWS::DynamoDB::Table').length, Object.keys(TABLES).length);
      for (const { partitionKey, timeToLive } of Object.values(TABLES))
        template.allResourcesProperties('AWS::DynamoDB::Table', {
          KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
          PointInTimeRecoverySpecification: {
            PointInTimeRecoveryEnabled: true,
            RecoveryPeriodInDays: stage.featureStore.recoveryDays,
          },
          SSESpecification: {
            SSEEnabled: true,
            SSEType: 'KMS',
            KMSMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] },
          },
          DeletionProtectionEnabled: stage.data === 'keep',
          TableName: Match.absent(),
        });
    });

    t.test('buckets: TLS alone, closed to the public, logged, rid of unfinished uploads', async (t) => {
      const buckets = resourcesOf(template, 'AWS::S3::Bucket');
      t.same(
        buckets.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')),
        ['AccessLogs', 'EvaluationStoreRecords', 'EvaluationStoreAthenaResults', 'ArtifactsModels'],
      );
      const policies = resourcesOf(template, 'AWS::S3::BucketPolicy').map(([, { Properties }]) => Properties);
      for (const [id, { Properties: bucket }] of buckets) {
        t.match(bucket.PublicAccessBlockConfiguration, {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        });
        const its = policies.find(({ Bucket }) => Bucket.Ref === id);
        const denied = its?.PolicyDocument.Statement.filter(
          ({ Effect }: { Effect: string }) => Effect === 'Deny',
        );
        t.match(
          denied,
          [
            {
              Action: 's3:*',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              Principal: { AWS: '*' },
            },
            { Action: 's3:*', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
          ],
          `${id}: TLS`,
        );
        t.equal(bucket.BucketName, undefined, 'CloudFormation names it');
        t.ok(
          bucket.LifecycleConfiguration.Rules.some(
            (rule: { AbortIncompleteMultipartUpload?: object }) => rule.AbortIncompleteMultipartUpload,
          ),
        );
        const isLog = id.startsWith('AccessLogs');
        const [{ ServerSideEncryptionByDefault: encryption }] =
          bucket.BucketEncryption.ServerSideEncryptionConfiguration;
        t.equal(encryption.SSEAlgorithm, isLog ? 'AES256' : 'aws:kms', `${id}: encryption`);
        t.equal(Boolean(bucket.LoggingConfiguration), !isLog, `${id}: logged`);
        t.equal(bucket.VersioningConfiguration?.Status, id.startsWith('Artifacts') ? 'Enabled' : undefined);
      }
    });

    t.test('records age by the stage’s days, and rescued records never do', async (t) => {
      const [, records] =
        resourcesOf(template, 'AWS::S3::Bucket').find(([id]) => id.includes('Records')) ?? [];
      const { infrequentAfterDays, deleteAfterDays, deleteErrorsAfterDays } = stage.evaluation;
      const rules = records?.Properties.LifecycleConfiguration.Rules as Record<string, unknown>[];
      for (const prefix of ['prediction_records/', 'outcome_records/']) {
        const rule = rules.find((rule) => rule['Prefix'] === prefix);
        t.match(rule, {
          Status: 'Enabled',
          Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: infrequentAfterDays }],
        });
        t.equal(rule?.['ExpirationInDays'], deleteAfterDays, `${prefix}: expiry`);
      }
      t.equal(
        rules.find((rule) => rule['Prefix'] === 'errors/')?.['ExpirationInDays'],
        deleteErrorsAfterDays,
      );
      const deleting = rules.filter((rule) => rule['ExpirationInDays']).map((rule) => rule['Prefix']);
      t.notOk(deleting.includes(undefined), 'no rule deletes whatever it finds');
      t.notOk(deleting.includes('rescue/'));
    });

    t.test('nothing deletes a model’s history', async (t) => {
      const [, models] = resourcesOf(template, 'AWS::S3::Bucket').find(([id]) => id.includes('Models')) ?? [];
      for (const rule of models?.Properties.LifecycleConfiguration.Rules ?? [])
        t.same(Object.keys(rule).sort(), ['AbortIncompleteMultipartUpload', 'Id', 'Status']);
    });

    t.test('keys are rotated; alarms have another than the data, which CloudWatch may use', async (t) => {
      template.allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true });
      template.resourceCountIs('AWS::KMS::Alias', 0);
      const keys = new Map(resourcesOf(template, 'AWS::KMS::Key'));
      const usersOf = (id: string) =>
        keys
          .get(id)
          ?.Properties.KeyPolicy.Statement.map(
            ({ Principal }: { Principal: { Service?: string } }) => Principal.Service,
          )
          .filter(Boolean);
      const [data = '', alarms = ''] = keys.keys();
      t.same(usersOf(data), [], 'no service of its own accord');
      t.same(usersOf(alarms), ['cloudwatch.amazonaws.com', 'events.amazonaws.com']);
      template.hasResourceProperties('AWS::SNS::Topic', {
        KmsMasterKeyId: { 'Fn::GetAtt': [alarms, 'Arn'] },
        TopicName: Match.absent(),
      });
    });

    t.test('the topic takes alarms of this account, by TLS alone', async () => {
      template.hasResourceProperties('AWS::SNS::TopicPolicy', {
        PolicyDocument: {
          Statement: [
            Match.objectLike({
              Effect: 'Deny',
              Action: 'sns:Publish',
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
            Match.objectLike({
              Effect: 'Allow',
              Action: 'sns:Publish',
              Principal: { Service: 'cloudwatch.amazonaws.com' },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            }),
          ],
        },
      });
    });

    t.test('data goes with the stage, or stays', async (t) => {
      const holdsData = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'];
      const [data] = resourcesOf(template, 'AWS::KMS::Key');
      const kept = resourcesOf(template).filter(
        ([id, { Type }]) => holdsData.includes(Type) || id === data?.[0],
      );
      t.equal(kept.length, 7);
      for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of kept) {
        t.equal(DeletionPolicy, stage.data === 'keep' ? 'Retain' : 'Delete', id);
        t.equal(UpdateReplacePolicy, DeletionPolicy, id);
      }
      template.resourceCountIs('AWS::Lambda::Function', 0);
      template.resourceCountIs('Custom::S3AutoDeleteObjects', 0);
    });

    t.test('what has a name of its own would stand in the way of the next deployment: it goes', async (t) => {
      for (const type of ['AWS::Glue::Database', 'AWS::Glue::Table', 'AWS::Athena::WorkGroup'])
        for (const [id, { DeletionPolicy }] of resourcesOf(template, type))
          t.not(DeletionPolicy, 'Retain', id);
    });
  });

t.test('one stage keeps its data, the others do not', async (t) => {
  t.same(
    STAGE_NAMES.map((name) => of(name).stage.data),
    ['destroy', 'destroy', 'keep'],
  );
});

t.test('for an emulator: no Glue, no Athena, no conversion, and the same streams', async (t) => {
  const template = dataTemplateOf(await emulatedStage());
  t.same([...new Set(resourcesOf(template).map(([, { Type }]) => Type.split('::')[1]))].sort(), [
    'DynamoDB',
    'IAM',
    'KMS',
    'KinesisFirehose',
    'Logs',
    'S3',
    'SNS',
  ]);
  template.allResourcesProperties('AWS::KinesisFirehose::DeliveryStream', {
    ExtendedS3DestinationConfiguration: {
      DataFormatConversionConfiguration: Match.absent(),
      DynamicPartitioningConfiguration: { Enabled: true },
    },
  });
  t.notMatch(JSON.stringify(template.toJSON()), /glue|athena/i);
  t.same(
    Object.keys(template.findOutputs('*')).filter((name) => /Athena|Glue|Evaluation/.test(name)),
    [],
  );
});

t.test('settings of the data that contradict one another are refused', async (t) => {
  const { evaluation } = of('sand').stage;
  await t.rejects(
    stageWith('sand', { evaluation: { ...evaluation, deleteErrorsAfterDays: 32 } }),
    /evaluation.deleteErrorsAfterDays/,
  );
  await t.rejects(
    stageWith('prd', { evaluation: { ...of('prd').stage.evaluation, parquet: false } }),
    /evaluation.parquet/,
  );
  await t.rejects(
    stageWith('sand', { featureStore: { recoveryDays: 36 } }),
    /featureStore.recoveryDays|recoveryDays/,
  );
});
