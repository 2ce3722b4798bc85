import { existsSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { JOBS } from '../lib/jobs-stack.ts';
import { loadStage } from '../stages/load-stage.ts';
import { defineStage } from '../stages/stage.ts';
import { STAGE_NAMES } from '../stages/stage-names.ts';
import { automatic, synthesised } from './synthesised.ts';

const { jobs, services, stage } = await synthesised('prd', automatic);
const { assertions } = jobs;
const container = (name: string) =>
  Object.values(assertions.findResources('AWS::ECS::TaskDefinition'))
    .map(({ Properties }) => Properties)
    .find(({ ContainerDefinitions: [{ Name }] }) => Name === name);

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: unknown;
}
const statementsOf = (name: string): Statement[] =>
  Object.entries(assertions.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(`${name}TaskTaskRole`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
const actionsOf = (name: string) => statementsOf(name).flatMap(({ Action }) => Action);

t.test('each job is a task that ends in its time, without rights on its machine', async (t) => {
  for (const name of JOBS) {
    const size = ['monitor', 'promote'].includes(name) ? stage.jobs.small : stage.jobs.training;
    const task = container(name);
    const [definition] = task.ContainerDefinitions;
    t.equal(definition.ReadonlyRootFilesystem, true, name);
    t.equal(definition.User, 'node', name);
    t.equal(definition.Privileged, false, name);
    t.same(definition.EntryPoint, ['timeout', '--kill-after=30', String(size.timeoutMinutes * 60)], name);
    t.equal(definition.LogConfiguration.LogDriver, 'awslogs', name);
    t.same([task.Cpu, task.Memory], [String(size.cpu), String(size.memoryMib)], name);
    t.same(task.EphemeralStorage, { SizeInGiB: size.diskGib }, name);
    t.same(task.RequiresCompatibilities, ['FARGATE'], name);
  }
});

t.test('what is run is the trainer by the name of the job, and the monitor', async (t) => {
  const command = (name: string) => container(name).ContainerDefinitions[0].Command;
  for (const name of JOBS.filter((job) => job !== 'monitor'))
    t.same(command(name), ['node', 'services/trainer/src/main.ts', name]);
  t.same(command('monitor'), ['node', 'services/monitor/src/main.ts']);
});

t.test('jobs run the very images of the services, which are built once', async (t) => {
  const imageOf = (name: string) => container(name).ContainerDefinitions[0].Image;
  const served = Object.values(services.assertions.findResources('AWS::ECS::TaskDefinition')).map(
    ({ Properties }) => Properties.ContainerDefinitions[0],
  );
  const servedBy = (name: string) => served.find(({ Name }) => Name === name).Image;
  for (const name of JOBS)
    t.same(imageOf(name), servedBy(name === 'monitor' ? 'orchestrator' : 'model'), name);
});

t.test('a job that trains writes to one folder, which the image declares', async (t) => {
  const [definition] = container('retrain').ContainerDefinitions;
  t.match(definition.MountPoints, [{ ContainerPath: '/var/lib/tristore/work', ReadOnly: false }]);
  t.ok(definition.Environment.some(({ Value }: { Value: string }) => Value === '/var/lib/tristore/work'));
  t.notOk(container('monitor').ContainerDefinitions[0].MountPoints?.length);
});

t.test('of `state` a job reaches the items that it is for, and no API key', async (t) => {
  const keysOf = (name: string) =>
    statementsOf(name)
      .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('dynamodb:')))
      .map(({ Condition }) => Condition);
  for (const name of ['retrain', 'monitor'])
    t.match(
      statementsOf(name).find(({ Action }) => Action.includes('kms:ReEncryptTo'))?.Condition,
      { StringEquals: { 'kms:ViaService': `dynamodb.${stage.region}.amazonaws.com` } },
      `${name} uses the key of the table through DynamoDB alone`,
    );
  t.same(keysOf('retrain'), [
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['retraining-verdict#*'] } },
  ]);
  t.same(keysOf('monitor'), [{ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['monitoring#*'] } }]);
  for (const name of ['train', 'evaluate', 'replay', 'promote']) t.same(keysOf(name), [], name);
});

t.test('no job may do everything with anything', async (t) => {
  for (const name of JOBS)
    for (const { Action, Resource } of statementsOf(name)) {
      t.notOk([Action].flat().includes('*'), name);
      if (Resource === '*')
        t.notOk(
          [Action].flat().some((action) => action.endsWith(':*')),
          name,
        );
    }
});

t.test('who only looks writes nothing to the registry', async (t) => {
  const puts = (name: string) =>
    statementsOf(name).filter(
      ({ Action, Resource }) =>
        [Action].flat().some((action) => action.startsWith('s3:Put')) &&
        JSON.stringify(Resource).includes('Artifacts'),
    );
  for (const name of ['evaluate', 'replay', 'monitor']) t.same(puts(name), [], name);
  for (const name of ['train', 'retrain', 'promote'])
    t.ok(
      actionsOf(name).some((action) => action.startsWith('s3:Put')),
      name,
    );
});

t.test(
  'the monitor is started by its schedule, with a role for that task alone, and lost starts are kept',
  async (t) => {
    assertions.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(5 minutes)',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({
        RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 },
        DeadLetterConfig: { Arn: Match.anyValue() },
        EcsParameters: Match.objectLike({
          LaunchType: 'FARGATE',
          TaskDefinitionArn: { Ref: Match.stringLikeRegexp('^monitorTask') },
          NetworkConfiguration: {
            AwsvpcConfiguration: Match.objectLike({
              AssignPublicIp: 'DISABLED',
              SecurityGroups: Match.anyValue(),
            }),
          },
        }),
      }),
    });
    const [role] = Object.values(assertions.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ecs:RunTask'),
    );
    const run = role?.['Properties'].PolicyDocument.Statement.find(({ Action }: Statement) =>
      [Action].flat().includes('ecs:RunTask'),
    );
    t.match(JSON.stringify(run.Resource), /monitorTask/);
    t.notMatch(JSON.stringify(run.Resource), /retrainTask|"\*"/);
  },
);

t.test('a job calls by TLS, and nobody calls it', async () => {
  assertions.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })],
    SecurityGroupIngress: Match.absent(),
  });
});

t.test('a webhook that listens elsewhere is reached there', async () => {
  const network = { cidr: '10.22.0.0/16', zones: 3, egress: 'nat' as const, flowLogs: 'rejected' as const };
  const { jobs: calling } = await synthesised('prd', ({ alarms }) => ({
    network,
    alarms: { ...alarms, webhook: 'https://hook.example:8443/a' },
  }));
  calling.assertions.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupEgress: [443, 8443].map((port) => Match.objectLike({ FromPort: port, ToPort: port })),
  });
});

t.test('each stage starts by itself what its images hold, and nothing else', async (t) => {
  const there = (path: string) => existsSync(new URL(`../../${path}`, import.meta.url));
  for (const name of STAGE_NAMES) {
    const { monitor, retraining } = loadStage(name);
    t.equal(monitor.enabled, there('services/monitor/src/main.ts'), name);
    t.equal(retraining.enabled, there('services/trainer/src/retrain'), name);
  }
});

t.test('a schedule that is off is there, and off', async (t) => {
  const { jobs: off } = await synthesised('sand');
  const [schedule] = Object.values(off.assertions.findResources('AWS::Scheduler::Schedule'));
  t.equal(schedule?.['Properties'].State, 'DISABLED');
});

t.test('settings that contradict one another are refused', async (t) => {
  const prd = loadStage('prd');
  const refused = (changes: object, problem: RegExp) =>
    t.throws(() => defineStage({ ...prd, ...changes }), { message: problem });
  refused({ monitor: { ...prd.monitor, missedAfterMinutes: 5 } }, /missedAfterMinutes/);
  refused({ jobs: { ...prd.jobs, small: { ...prd.jobs.small, timeoutMinutes: 6 } } }, /overlap/);
  refused(
    { jobs: { ...prd.jobs, training: { ...prd.jobs.training, memoryMib: 4096 } } },
    /jobs\.training\.memoryMib/,
  );
  refused({ model: { ...prd.model, cpu: 256, memoryMib: 3072 } }, /model\.memoryMib/);
});
