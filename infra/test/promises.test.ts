import t from 'tap';
import type { CfnResource } from '../checks/references.ts';
import { allowedStatements } from '../checks/statements.ts';
import { type Synthesised, synthesise } from '../checks/synthesise.ts';
import { loadStage } from '../stages/load-stage.ts';
import { STAGE_NAMES } from '../stages/stage-names.ts';
import { IMAGES } from './sample-stage.ts';

t.setTimeout(180_000);

interface Found {
  where: string;
  stack: string;
  id: string;
  properties: NonNullable<CfnResource['Properties']>;
}

const all = ({ references }: Synthesised, type: string): Found[] =>
  [...references.resources()]
    .filter(({ resource }) => resource.Type === type)
    .map(({ stack, id, resource: { Properties: properties = {} } }) => ({
      where: `${stack}/${id}`,
      stack,
      id,
      properties,
    }));

/** What must be encrypted, and how that is seen. */
const ENCRYPTED: Record<string, (properties: Found['properties']) => unknown> = {
  'AWS::DynamoDB::Table': ({ SSESpecification: { SSEEnabled, KMSMasterKeyId } = {} }) =>
    SSEEnabled === true && KMSMasterKeyId,
  'AWS::DynamoDB::GlobalTable': ({ SSESpecification: { SSEEnabled } = {} }) => SSEEnabled === true,
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::SQS::Queue': ({ KmsMasterKeyId, SqsManagedSseEnabled }) => KmsMasterKeyId || SqsManagedSseEnabled,
  'AWS::KinesisFirehose::DeliveryStream': ({ DeliveryStreamEncryptionConfigurationInput: sse }) =>
    sse?.KeyType,
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption,
};

/** The property by which a type may be named by hand. */
const NAMES: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::EC2::SecurityGroup': 'GroupName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ECS::Service': 'ServiceName',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KinesisFirehose::DeliveryStream': 'DeliveryStreamName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::WAFv2::WebACL': 'Name',
};

/** Names that AWS wants of a certain form. */
const NAMED_FOR_A_REASON = [
  { type: 'AWS::Logs::LogGroup', name: /^aws-waf-logs-/, why: 'WAF writes only to groups that begin so' },
  {
    type: 'AWS::Logs::LogGroup',
    name: /^API-Gateway-Execution-Logs_/,
    why: 'API Gateway makes this one by itself and keeps it for ever, where it is not made before',
  },
];

/** Actions that IAM can limit to no resource, or that have one which has no name yet. */
const ON_EVERYTHING: { actions: RegExp; why: string }[] = [
  { actions: /^ecr:GetAuthorizationToken$/, why: 'it is about no repository' },
  { actions: /^cloudwatch:PutMetricData$/, why: 'metrics are no resources' },
  {
    actions:
      /^logs:((Create|Get|Update|Delete)LogDelivery|ListLogDeliveries)$|^logs:(PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
    why: 'deliveries of logs by a state machine are no resources',
  },
  {
    actions: /^xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets)$/,
    why: 'traces are no resources',
  },
  { actions: /^ssmmessages:/, why: 'channels of ECS Exec have no name before they are opened' },
];

/** Policies of a resource itself: their `*` is that resource, or whoever may come through it. */
const OF_ITS_OWN = ['AWS::KMS::Key', 'AWS::EC2::VPCEndpoint', 'AWS::ApiGateway::RestApi'];

for (const name of STAGE_NAMES)
  t.test(name, async (t) => {
    const stage = loadStage(name);
    const synthesised = synthesise({ stage, images: IMAGES });
    const { assembly, references, templates } = synthesised;

    t.test(
      'every bucket is closed to the public, encrypted, and refuses what comes without TLS',
      async (t) => {
        const policies = all(synthesised, 'AWS::S3::BucketPolicy');
        for (const { where, stack, id, properties } of all(synthesised, 'AWS::S3::Bucket')) {
          t.same(
            properties['PublicAccessBlockConfiguration'],
            {
              BlockPublicAcls: true,
              BlockPublicPolicy: true,
              IgnorePublicAcls: true,
              RestrictPublicBuckets: true,
            },
            `${where} blocks public access`,
          );
          const policy = policies.find(
            (found) => found.stack === stack && found.properties['Bucket'].Ref === id,
          );
          t.ok(
            policy?.properties['PolicyDocument'].Statement.some(
              (statement: Record<string, unknown>) =>
                statement['Effect'] === 'Deny' &&
                statement['Action'] === 's3:*' &&
                JSON.stringify(statement['Condition']) === '{"Bool":{"aws:SecureTransport":"false"}}',
            ),
            `${where} refuses plain HTTP`,
          );
        }
      },
    );

    t.test('what holds data is encrypted', async (t) => {
      for (const [type, encrypted] of Object.entries(ENCRYPTED))
        for (const { where, properties } of all(synthesised, type)) t.ok(encrypted(properties), where);
    });

    t.test('keys rotate', async (t) => {
      for (const { where, properties } of all(synthesised, 'AWS::KMS::Key'))
        t.equal(properties['EnableKeyRotation'], true, where);
    });

    t.test('nothing may do everything, and no resource is left open without a reason', async (t) => {
      for (const { where, type, actions, resources, conditioned } of allowedStatements(references)) {
        if (OF_ITS_OWN.includes(type)) continue;
        for (const action of actions) {
          t.not(action, '*', where);
          if (/^[a-z0-9-]+:\*$/.test(action)) t.notOk(resources.includes('*'), `${where}: ${action} on *`);
          if (resources.includes('*'))
            t.ok(
              conditioned || ON_EVERYTHING.some((reason) => reason.actions.test(action)),
              `${where}: ${action} on every resource has a reason`,
            );
        }
      }
    });

    t.test('nothing is named by hand', async (t) => {
      for (const [type, property] of Object.entries(NAMES))
        for (const { where, properties } of all(synthesised, type)) {
          const given = properties[property];
          const reason = NAMED_FOR_A_REASON.find(
            (reason) =>
              reason.type === type && reason.name.test(references.text(where.split('/')[0] ?? '', given)),
          );
          t.ok(given === undefined || reason, `${where} has no ${property}`);
        }
    });

    t.test('logs are kept for a time that is said', async (t) => {
      const groups = all(synthesised, 'AWS::Logs::LogGroup');
      for (const { where, properties } of groups) t.ok(properties['RetentionInDays'] > 0, where);
    });

    t.test('no function runs in the account but the services', async (t) => {
      const kinds = [...references.resources()].map(({ resource }) => resource.Type);
      t.same(
        kinds.filter((kind) => kind.startsWith('AWS::Lambda::') || kind.startsWith('Custom::')),
        [],
      );
    });

    t.test('it is synthesised without an account, and nothing is missing', async (t) => {
      t.same(assembly.manifest.missing ?? [], []);
      for (const { id, environment } of assembly.stacks) t.equal(environment.account, 'unknown-account', id);
    });

    t.test('each stack is deployed after those that it needs', async (t) => {
      const before = new Set<string>();
      for (const { id, dependencies } of assembly.stacks) {
        for (const needed of dependencies.filter(
          ({ manifest }) => manifest.type === 'aws:cloudformation:stack',
        ))
          t.ok(before.has(needed.id), `${id} after ${needed.id}`);
        before.add(id);
      }
    });

    t.test('data outlives the stage where it says so, and goes with it elsewhere', async (t) => {
      const kept = stage.data === 'keep';
      for (const { stack, id, resource } of references.resources())
        if (['AWS::DynamoDB::Table', 'AWS::S3::Bucket'].includes(resource.Type) && stack.endsWith('-data'))
          t.equal(resource.DeletionPolicy, kept ? 'Retain' : 'Delete', `${stack}/${id}`);
      for (const stack of assembly.stacks) t.equal(stack.terminationProtection ?? false, kept, stack.id);
    });

    t.test('the same settings give the same templates', async (t) => {
      const again = synthesise({ stage, images: IMAGES });
      t.same(Object.fromEntries(again.templates), Object.fromEntries(templates));
    });
  });
