import { serverOptions } from '@tristore/common/serve.ts';
import { readConfig as readModelConfig } from '@tristore/model/config.ts';
import { readConfig as readOrchestratorConfig } from '@tristore/orchestrator/config.ts';
import { Match } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { SETTINGS, sampleStage } from './sample-stage.ts';
import { attribute, containerOf, type Properties, propertiesOf, stacksOf } from './stacks.ts';

const NAMES = ['orchestrator', 'model'] as const;
const sand = stacksOf({
  corsOrigins: ['https://pages.example'],
  oidc: { issuer: 'https://id.example:8443', audience: 'tristore' },
  orchestrator: { ...SETTINGS.orchestrator, environment: { REQUEST_DEADLINE_MS: '900' } },
});
const services = sand.services();
const tasks = Object.values(propertiesOf(services, 'AWS::ECS::TaskDefinition'));
const targetGroups = Object.values(propertiesOf(services, 'AWS::ElasticLoadBalancingV2::TargetGroup'));

/** The environment of a container, with what only a deployment knows replaced by some text. */
function environmentOf(container: Properties): Record<string, string> {
  const text = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : ((value as Properties)['Fn::Join']?.[1].map(text).join('') ?? 'known-later');
  return Object.fromEntries(container.Environment.map(({ Name, Value }: Properties) => [Name, text(Value)]));
}

t.test('the services start with the environment they are given', async (t) => {
  const secret = { SERVICE_KEY: 'from the secret' };
  const orchestrator = readOrchestratorConfig({
    ...environmentOf(containerOf(services, 'orchestrator')),
    ...secret,
  });
  t.match(orchestrator, {
    PORT: 8000,
    MODEL_SERVER_URL: 'http://model:8080',
    EVALUATION_ACK: 'firehose',
    EVALUATION_STORE: /^athena:\/\//,
    REGISTRY: /^s3:\/\//,
    SPOOL_RESCUE: /^s3:\/\//,
    SPOOL_DIR: '/var/lib/tristore/spool',
    FEATURES_TABLE: 'known-later',
    PREDICTION_STREAM: 'known-later',
    REQUEST_DEADLINE_MS: 900,
    TRUSTED_PROXIES: '10.20.0.0/16',
    CORS_ORIGINS: 'https://pages.example',
    OIDC_ISSUER: 'https://id.example:8443',
  });
  const model = readModelConfig({ ...environmentOf(containerOf(services, 'model')), ...secret });
  t.match(model, { PORT: 8080, STATE_TABLE: 'known-later', REGISTRY: /^s3:\/\//, OIDC_AUDIENCE: 'tristore' });
});

t.test('no variable is set that its service does not read', async (t) => {
  for (const name of NAMES) {
    const environment = environmentOf(containerOf(services, name));
    const read = (name === 'model' ? readModelConfig : readOrchestratorConfig)({
      ...environment,
      SERVICE_KEY: 'a',
    });
    for (const variable of Object.keys(environment)) t.ok(variable in read, `${name}: ${variable}`);
  }
});

t.test('a setting that the service would refuse is refused before anything is deployed', async (t) => {
  const model = { ...SETTINGS.model, environment: { MODEL_BACKEND: 'abacus' } };
  t.throws(() => stacksOf({ model }), { message: /MODEL_BACKEND/ });
  const environment = { STATE_TABLE: 'another' };
  t.throws(() => sampleStage({ model: { ...SETTINGS.model, environment } }), {
    message: /STATE_TABLE is not known/,
  });
});

t.test('the service key is a generated secret under our key, handed to both as a secret', async (t) => {
  services.hasResourceProperties('AWS::SecretsManager::Secret', {
    KmsKeyId: Match.anyValue(),
    GenerateSecretString: { PasswordLength: 48 },
    SecretString: Match.absent(),
  });
  const [secret] = Object.keys(propertiesOf(services, 'AWS::SecretsManager::Secret'));
  for (const name of NAMES)
    t.strictSame(containerOf(services, name).Secrets, [{ Name: 'SERVICE_KEY', ValueFrom: { Ref: secret } }]);
});

t.test('containers write nowhere but to the spool, and run as no root', async (t) => {
  for (const name of NAMES) {
    const container = containerOf(services, name);
    t.equal(container.ReadonlyRootFilesystem, true, name);
    t.match(container.User, /^(?!root|0)[a-z0-9]+/, name);
    t.notOk(container.Privileged, name);
    t.strictSame(
      (container.MountPoints ?? []).map(({ ContainerPath }: Properties) => ContainerPath),
      name === 'orchestrator' ? [environmentOf(container)['SPOOL_DIR']] : [],
    );
  }
});

t.test('a container is started again where it died, and the balancer asks whether it is ready', async (t) => {
  for (const name of NAMES)
    t.strictSame(containerOf(services, name).RestartPolicy, { Enabled: true, RestartAttemptPeriod: 60 });
  const paths = targetGroups.map(({ Port, HealthCheckPath }) => `${Port}${HealthCheckPath}`);
  t.strictSame(paths.sort(), ['8000/health/ready', '8080/v2/health/ready']);
});

t.test('a task that leaves has time: to be forgotten, to drain, and to close within its grace', async (t) => {
  const grace = 25;
  for (const name of NAMES) {
    const container = containerOf(services, name);
    const drain = Number(environmentOf(container)['DRAIN_MS']) / 1_000;
    t.ok(drain > 0);
    t.ok(container.StopTimeout > drain + grace, `${name}: it is not killed while it closes`);
    t.ok(container.StopTimeout <= 120, 'as ECS allows');
  }
  for (const { TargetGroupAttributes } of targetGroups) {
    const delay = Number(attribute(TargetGroupAttributes, 'deregistration_delay.timeout_seconds'));
    t.ok(delay >= 5 && delay <= 15, `${delay} s`);
    const deadline = 900 / 1_000;
    t.ok(delay > deadline, 'what a prediction may take');
  }
});

t.test(
  'idle connections are closed by the balancer, and by Service Connect, before the service does',
  async (t) => {
    const keepAlive = serverOptions({ name: 'any', logLevel: 'info' }).keepAliveTimeout / 1_000;
    const [{ LoadBalancerAttributes }] = Object.values(
      propertiesOf(services, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
    ) as [Properties];
    t.ok(Number(attribute(LoadBalancerAttributes, 'idle_timeout.timeout_seconds')) < keepAlive);
    services.hasResourceProperties('AWS::ECS::Service', {
      ServiceConnectConfiguration: Match.objectLike({
        Services: [Match.objectLike({ Timeout: { IdleTimeoutSeconds: 60, PerRequestTimeoutSeconds: 30 } })],
      }),
    });
    t.ok(60 < keepAlive);
  },
);

t.test('logs do not hold up a service, and are kept as long as the stage says', async (t) => {
  for (const name of NAMES)
    t.match(containerOf(services, name).LogConfiguration.Options, { mode: 'non-blocking' });
  for (const { RetentionInDays } of Object.values(propertiesOf(services, 'AWS::Logs::LogGroup')))
    t.equal(RetentionInDays, 7);
});

t.test('ECS starts a task with no more rights than that takes', async (t) => {
  const policies = Object.entries(propertiesOf(services, 'AWS::IAM::Policy'));
  const execution = policies.filter(([name]) => name.includes('ExecutionRole'));
  t.equal(execution.length, 2);
  for (const [, { PolicyDocument }] of execution) {
    const actions = PolicyDocument.Statement.flatMap(({ Action }: Properties) => Action);
    t.strictSame(actions.sort(), [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
    for (const { Action, Resource } of PolicyDocument.Statement)
      if (Resource === '*') t.equal(Action, 'ecr:GetAuthorizationToken', 'which knows no resources');
  }
});

t.test('the model server may read models and keys, and write nothing', async (t) => {
  const [, { PolicyDocument }] = Object.entries(propertiesOf(services, 'AWS::IAM::Policy')).find(([name]) =>
    name.startsWith('ModelServerTaskTaskRole'),
  ) as [string, Properties];
  const actions = PolicyDocument.Statement.flatMap(({ Action }: Properties) => Action).join(' ');
  t.match(actions, /s3:GetObject/);
  t.match(actions, /dynamodb:/);
  t.notMatch(actions, /Put|Delete|Update|Write|firehose|athena/);
});

t.test('tasks have the size of the stage, and images by digest', async (t) => {
  t.equal(tasks.length, 2);
  for (const { Cpu, Memory, RuntimePlatform } of tasks)
    t.match(
      { Cpu, Memory, RuntimePlatform },
      { Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'X86_64' } },
    );
  t.match(
    JSON.stringify(containerOf(services, 'model').Image),
    new RegExp(`assets@sha256:${'b'.repeat(64)}`),
  );
  const byTag = { orchestrator: 'registry.example/a:latest', model: 'registry.example/b:latest' };
  t.throws(() => stacksOf({}, byTag), { name: 'StartupError', message: /by digest/ });
});

t.test('every acknowledgement has its spool beside it', async (t) => {
  const disk = containerOf(stacksOf({ acknowledgement: 'disk' }).services(), 'orchestrator');
  t.equal(environmentOf(disk)['EVALUATION_ACK'], 'disk');
  t.equal(disk.MountPoints.length, 1);
});
