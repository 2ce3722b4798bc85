import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { RETRAINING_KEYS } from '@tristore/common/resources.ts';
import type { Test } from 'tap';
import { synthesised } from '../synthesised.ts';
import { type Emulator, importsOf, type Template, withoutBootstrap } from './emulator.ts';
import { mocks, standIns } from './retraining-stand-ins.ts';

const MODEL = 'credit-default';
/** Instead of the minute before a task is tried again. */
const WAIT_SECONDS = 5;

/**
 * The state machine as it is synthesised, on LocalStack's CloudFormation, Step Functions, DynamoDB, SNS and SQS. It has no
 * ECS, so Step Functions is told what the two tasks answer.
 * @param mockFolder where the emulator reads `mocks.json`
 */
export async function retrainingInEmulator(t: Test, emulator: Emulator, mockFolder: string): Promise<void> {
  const { template } = (await synthesised('sand')).retraining;
  const retraining = withoutBootstrap(template) as Template;
  const shortened = JSON.parse(
    JSON.stringify(retraining)
      .replaceAll('\\"IntervalSeconds\\":60', `\\"IntervalSeconds\\":${WAIT_SECONDS}`)
      .replaceAll('\\"JitterStrategy\\":\\"FULL\\"', '\\"JitterStrategy\\":\\"NONE\\"'),
  );
  t.not(JSON.stringify(shortened), JSON.stringify(retraining), 'the waits are shorter here');
  const { StateTable = '', QueueUrl = '' } = await emulator.deploy('others', standIns(importsOf(retraining)));
  await emulator.deploy('retraining', shortened);

  const sfn = new SFNClient(emulator.client);
  const dynamodb = new DynamoDBClient(emulator.client);
  t.teardown(() => {
    sfn.destroy();
    dynamodb.destroy();
  });
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const [{ stateMachineArn = '', name: machine = '' } = {}] = stateMachines;
  await writeFile(join(mockFolder, 'mocks.json'), JSON.stringify(mocks(machine)));

  const start = async (
    name: string,
    tasks: string,
    input: unknown = { model_name: MODEL, reason: 'drift' },
  ) => {
    const request = { stateMachineArn: `${stateMachineArn}#${tasks}`, name, input: JSON.stringify(input) };
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand(request));
    return executionArn;
  };
  const end = async (executionArn: string) => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') {
        const { events = [] } = await sfn.send(
          new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
        );
        const states = events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
        const parameters = events.flatMap(({ taskScheduledEventDetails: task }) => task?.parameters ?? []);
        return { ...execution, states, parameters: parameters.join('\n') };
      }
    }
    throw new Error(`${executionArn} does not end`);
  };
  const verdict = (run: string, blessed: boolean) =>
    dynamodb.send(
      new PutItemCommand({
        TableName: StateTable,
        Item: {
          pk: { S: `${RETRAINING_KEYS.verdict}${run}` },
          blessed: { BOOL: blessed },
          version: { S: '7' },
          summary: { S: blessed ? 'AUC 0.79 against 0.78' : 'no better' },
        },
      }),
    );
  const lease = async () => {
    const key = { pk: { S: `${RETRAINING_KEYS.lease}${MODEL}` } };
    return (
      await dynamodb.send(new GetItemCommand({ TableName: StateTable, Key: key, ConsistentRead: true }))
    ).Item;
  };
  const messages = async (): Promise<string> =>
    (
      await fetch(`${emulator.endpoint}/_aws/sqs/messages?QueueUrl=${encodeURIComponent(QueueUrl)}`, {
        headers: { accept: 'application/json' },
      })
    ).text();
  const isFree = async (t: Test) => t.equal(await lease(), undefined, 'the lease is given back');

  await t.test('a blessed challenger goes into the shadow, and that is told', async (t) => {
    await verdict('blessed', true);
    const run = await end(await start('blessed', 'well'));
    t.equal(run.status, 'SUCCEEDED', String(run.cause));
    t.ok(run.states.includes('Put it into the shadow'));
    t.match(run.parameters, /retrain.*--model=credit-default.*--reason=drift.*--run=blessed/);
    t.match(run.parameters, /promote.*--model=credit-default.*--version=7.*--alias=shadows/);
    t.match(await messages(), /AUC 0\.79 against 0\.78/);
    await isFree(t);
  });

  await t.test('one that is not blessed changes nothing, and why is told', async (t) => {
    await verdict('refused', false);
    const run = await end(await start('refused', 'well'));
    t.equal(run.status, 'SUCCEEDED', String(run.cause));
    t.notOk(run.states.includes('Put it into the shadow'));
    t.match(await messages(), /no better/);
    await isFree(t);
  });

  await t.test(
    'a task that fails twice fails the run, which is told, and the lease is given back',
    async (t) => {
      const run = await end(await start('broken', 'badly'));
      t.same(
        [run.status, run.error, run.cause],
        ['FAILED', 'RetrainingFailed', 'ECS.InvalidParameterException: exit code 1'],
      );
      t.match(await messages(), /exit code 1/);
      await isFree(t);
    },
  );

  await t.test('a task that ends without a verdict fails the run', async (t) => {
    const run = await end(await start('silent', 'well'));
    t.equal(run.status, 'FAILED');
    t.match(run.cause, /^NoVerdict: /);
    await isFree(t);
  });

  await t.test(
    'while a run goes on another one of the model ends at once; a task for which there was no room runs again',
    async (t) => {
      await verdict('first', true);
      const first = await start('first', 'slow');
      for (let tries = 0; !(await lease()) && tries < 50; tries++) await sleep(100);
      const second = await end(await start('second', 'well'));
      t.equal(second.status, 'SUCCEEDED', String(second.cause));
      t.equal(second.states.at(-1), 'Another run of this model goes on');
      t.notOk(second.states.includes('Retrain'));
      t.equal((await lease())?.['execution']?.S, first, 'the lease is still the first one’s');
      const run = await end(first);
      t.equal(run.status, 'SUCCEEDED', String(run.cause));
      await isFree(t);
    },
  );

  await t.test('the lease of a run that is no more is taken over', async (t) => {
    for (const holder of ['broken', 'never-was']) {
      const execution = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${holder}`;
      await dynamodb.send(
        new PutItemCommand({
          TableName: StateTable,
          Item: { pk: { S: `${RETRAINING_KEYS.lease}${MODEL}` }, execution: { S: execution } },
        }),
      );
      await verdict(`after-${holder}`, false);
      const run = await end(await start(`after-${holder}`, 'well'));
      t.equal(run.status, 'SUCCEEDED', String(run.cause));
      t.ok(run.states.includes('Take it over') && run.states.includes('Retrain'), holder);
      await isFree(t);
    }
  });

  await t.test('an input for a model that is not retrained is refused before anything is done', async (t) => {
    const run = await end(await start('unknown', 'well', { model_name: 'other', reason: 'drift' }));
    t.same([run.status, run.error], ['FAILED', 'InvalidInput']);
    t.match(run.cause, /credit-default/);
  });

  await t.test('the stack is removed again', async (t) => {
    await emulator.remove('retraining');
    t.same((await sfn.send(new ListStateMachinesCommand({}))).stateMachines, []);
    await emulator.remove('others');
  });
}
