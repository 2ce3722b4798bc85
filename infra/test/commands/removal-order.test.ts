import t from 'tap';
import type { Template } from '../../commands/assembly.ts';
import { inOrder } from '../../commands/destroy/in-order.ts';
import { byHandText, planOf, planText } from '../../commands/destroy/plan.ts';
import { loadStage } from '../../stages/load-stage.ts';

const stack = (name: string, dependsOn: string[] = [], template: Template = {}) => ({
  name,
  dependsOn,
  template,
});

t.test(
  'each stack goes after all that need it, and those that need nothing of one another at once',
  async (t) => {
    const stage = loadStage('sand');
    const stacks = [
      stack('network'),
      stack('data'),
      stack('services', ['network', 'data']),
      stack('gateway', ['services']),
      stack('jobs', ['data', 'network']),
      stack('watch', ['gateway']),
    ];
    // watch is not there
    const there = new Set(['network', 'data', 'services', 'gateway', 'jobs']);
    const { going, staying } = planOf(stage, { stacks }, there);
    t.same(staying, []);
    const events: string[] = [];
    await inOrder(going, async ({ name }) => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`${name} is gone`);
    });
    const both = (one: string, other: string) =>
      ['begins', 'is gone'].flatMap((what) => [`${one} ${what}`, `${other} ${what}`]);
    t.same(events, [
      ...both('gateway', 'jobs'),
      'services begins',
      'services is gone',
      ...both('network', 'data'),
    ]);
  },
);

t.test('a stack that cannot go ends it: nothing that it needs is taken away under it', async (t) => {
  const stage = loadStage('sand');
  const stacks = [stack('network'), stack('services', ['network'])];
  const { going } = planOf(stage, { stacks }, new Set(['network', 'services']));
  const tried: string[] = [];
  await t.rejects(
    inOrder(going, async ({ name }) => {
      tried.push(name);
      throw new Error('no');
    }),
    { message: 'no' },
  );
  t.same(tried, ['services']);
});

t.test('what CloudFormation leaves behind is named before it is asked', async (t) => {
  const stage = loadStage('prd');
  const left: Template = {
    Resources: {
      Logs: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain' },
      More: { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'RetainExceptOnCreate' },
      Queue: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Delete' },
    },
  };
  const stacks = [stack('tristore-prd-data'), stack('tristore-prd-services', ['tristore-prd-data'], left)];
  const plan = planOf(stage, { stacks }, new Set(stacks.map(({ name }) => name)));
  t.same([...(plan.going[0]?.leftIds ?? [])], ['Logs', 'More']);
  const text = planText(stage, plan);
  t.match(text, 'What goes of prd in eu-central-1');
  t.match(
    text,
    /What stays:\n {2}tristore-prd-data: .*\n {2}tristore-prd-services: 2 AWS::Logs::LogGroup\n$/,
  );
  t.match(
    byHandText(stage, plan.staying),
    'delete-stack --region eu-central-1 --stack-name tristore-prd-data',
  );
  t.equal(byHandText(stage, []), '');
});
