import { Match } from 'aws-cdk-lib/assertions';
import t from 'tap';
import { importsOf } from './containers/emulator.ts';
import { automatic, synthesised } from './synthesised.ts';

// how it runs is in containers/retraining-in-emulator.ts
const { retraining, stage } = await synthesised('prd', automatic);
const { assertions, template } = retraining;

/** The definition with names in place of what only CloudFormation knows. */
const [machine] = Object.values(assertions.findResources('AWS::StepFunctions::StateMachine'));
const { DefinitionString } = machine?.['Properties'] ?? {};
const definition = JSON.parse(
  DefinitionString['Fn::Join'][1]
    .map((part: string | object) => (typeof part === 'string' ? part : 'token'))
    .join(''),
);

t.test('it is logged whole, and traced', async () => {
  assertions.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    LoggingConfiguration: Match.objectLike({ Level: 'ALL' }),
    TracingConfiguration: { Enabled: true },
  });
});

t.test('a task is waited for, ended when it is late, and tried again where AWS was at fault', async (t) => {
  for (const name of ['Retrain', 'Put it into the shadow']) {
    const state = definition.States[name];
    const { timeoutMinutes } = name === 'Retrain' ? stage.jobs.training : stage.jobs.small;
    t.match(state.Resource, /ecs:runTask\.sync$/);
    t.equal(state.TimeoutSeconds, (timeoutMinutes + 10) * 60, 'later than the task’s own end');
    t.ok(state.Retry[0].ErrorEquals.includes('ECS.AmazonECSException'), 'no room for a task');
    t.ok(state.Retry[0].MaxAttempts >= 3);
    t.equal(state.Catch[0].Next, 'Tell that it failed');
  }
});

t.test('every step that can fail leads to a message, but for the messages and the lease', async (t) => {
  for (const [name, state] of Object.entries<{ Type: string; Catch?: unknown[] }>(definition.States))
    if (state.Type === 'Task') t.ok(state.Catch?.length, name);
});

t.test('no command can be made of an input', async (t) => {
  const [{ 'Command.$': command }] = definition.States['Retrain'].Parameters.Overrides.ContainerOverrides;
  t.match(
    command,
    /^States\.Array\('node', 'services\/trainer\/src\/main\.ts', 'retrain', States\.Format\('--model=/,
  );
});

t.test(
  'it imports no task definition: their ARNs change with each image, and an export in use cannot',
  async (t) => {
    const imported = importsOf(template);
    t.ok(imported.some((name) => name.includes('retrainTaskTaskRole')));
    t.same(
      imported.filter((name) => /ExportsOutputRef\w*Task[0-9A-F]{8}/.test(name)),
      [],
    );
    const [{ Properties }] = [...Object.values(assertions.findResources('AWS::IAM::Policy'))].filter(
      (policy) => JSON.stringify(policy).includes('ecs:RunTask'),
    ) as [
      {
        Properties: {
          PolicyDocument: { Statement: { Action: string; Resource: unknown; Condition: unknown }[] };
        };
      },
    ];
    const run = Properties.PolicyDocument.Statement.find(({ Action }) => Action === 'ecs:RunTask');
    t.match(JSON.stringify(run?.Resource), /jobsretrainTask\w+:\*.*jobspromoteTask\w+:\*/);
    t.notMatch(JSON.stringify(run?.Resource), /"\*"|monitor/);
    t.match(JSON.stringify(run?.Condition), /ecs:cluster/);
  },
);

t.test('it asks about runs of its own alone', async () => {
  assertions.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: [
        Match.objectLike({
          Action: 'states:DescribeExecution',
          Resource: { 'Fn::Join': ['', Match.arrayWith([':execution:', ':*'])] },
        }),
      ],
    }),
  });
});

t.test(
  'a schedule and the alarm about drift start it for each model, and lost starts are kept',
  async (t) => {
    const [schedule] = Object.values(assertions.findResources('AWS::Scheduler::Schedule'));
    const { Target, State } = schedule?.['Properties'] ?? {};
    t.equal(State, 'ENABLED');
    t.same(JSON.parse(Target.Input), { model_name: 'credit-default', reason: 'schedule' });
    t.ok(Target.DeadLetterConfig.Arn);
    assertions.hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ 'Fn::ImportValue': Match.stringLikeRegexp('creditdefaultdrift') }],
        detail: { state: { value: ['ALARM'] } },
      },
      Targets: [
        Match.objectLike({
          Input: JSON.stringify({ model_name: 'credit-default', reason: 'drift' }),
          DeadLetterConfig: Match.anyValue(),
        }),
      ],
    });
  },
);

t.test('without a schedule and without the alarm nothing starts it', async () => {
  const { retraining: sand } = await synthesised('sand');
  sand.assertions.resourceCountIs('AWS::Scheduler::Schedule', 0);
  sand.assertions.resourceCountIs('AWS::Events::Rule', 0);
  sand.assertions.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
});
