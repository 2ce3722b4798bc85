import { AthenaClient } from '@aws-sdk/client-athena';
import { AthenaQuery } from '@tristore/common/evaluation-store/athena-query.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../test-folder.ts';
import { startAthena } from './athena-server.ts';
import { queryContract } from './query-contract.ts';
import { keep, prediction } from './records.ts';

async function build(t: Test, root = testFolder(t), options = {}) {
  const athena = await startAthena(t, root, options);
  const client = new AthenaClient({
    endpoint: athena.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const store = new AthenaQuery({ client, workgroup: 'tristore', database: 'evaluation' });
  t.teardown(() => store.close());
  const operations = () => athena.calls.map(({ operation }) => operation);
  return { ...athena, store, root, operations };
}

for (const pageSize of [1000, 7])
  t.test(`on the wire, with ${pageSize} rows a page`, async (t) => {
    queryContract(t, async (t, root) => (await build(t, root, { pageSize })).store);
  });

t.test('it asks in its workgroup and database, and looks until the query is done', async (t) => {
  const { store, calls, operations } = await build(t);
  await store.query('select 1 as a');
  t.match(calls[0]?.input, {
    QueryString: 'select 1 as a',
    WorkGroup: 'tristore',
    QueryExecutionContext: { Database: 'evaluation' },
  });
  t.strictSame(operations(), [
    'StartQueryExecution',
    'GetQueryExecution',
    'GetQueryExecution',
    'GetQueryExecution',
    'GetQueryResults',
  ]);
});

t.test('a query that nobody waits for any more is stopped', async (t) => {
  const { store, control, operations, executions } = await build(t);
  control.never = true;
  await t.rejects(store.query('select 1 as a', { signal: AbortSignal.timeout(300) }), {
    name: 'TimeoutError',
  });
  t.equal(operations().at(-1), 'StopQueryExecution');
  t.strictSame(
    [...executions.values()].map(({ state }) => state),
    ['CANCELLED'],
  );
});

t.test('a query that Athena refuses or cancels is a QueryError; a fault of Athena is none', async (t) => {
  const { store, control, executions } = await build(t);
  control.fault = { status: 400, type: 'InvalidRequestException', message: 'line 1:8: mismatched input' };
  await t.rejects(store.query('select'), { name: 'QueryError', message: 'line 1:8: mismatched input' });
  control.fault = { status: 400, type: 'TooManyRequestsException', message: 'slow down' };
  await t.rejects(store.query('select 1 as a'), { name: 'TooManyRequestsException' });
  control.fault = { status: 500, type: 'InternalServerException', message: 'oops' };
  await t.rejects(store.query('select 1 as a'), { name: 'InternalServerException' });
  control.fault = undefined;
  control.never = true;
  for (const [state, category, name] of [
    ['CANCELLED', undefined, 'QueryError'],
    ['FAILED', 2, 'QueryError'],
    ['FAILED', 1, 'Error'],
  ] as const) {
    executions.clear();
    const asked = store.query('select 1 as a');
    while (!executions.size) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const execution of executions.values())
      Object.assign(execution, { state, category, why: 'because\nmore' });
    control.never = false;
    await t.rejects(asked, { name, message: /because$/ });
    control.never = true;
  }
});

t.test('what Athena prints ambiguously is refused, not guessed', async (t) => {
  const { store, root } = await build(t);
  await keep(root, 'prediction_records', [prediction()]);
  for (const column of ['features', 'missing'])
    await t.rejects(store.query(`select ${column} from predictions`), {
      name: 'QueryError',
      message: `column ${column}: Athena prints maps, lists and rows ambiguously; cast it to json`,
    });
});
