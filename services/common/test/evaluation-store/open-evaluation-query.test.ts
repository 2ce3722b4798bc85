import { join } from 'node:path';
import { openEvaluationQuery } from '@tristore/common/evaluation-store/open-evaluation-query.ts';
import t from 'tap';
import { testFolder } from '../test-folder.ts';
import { startAthena } from './athena-server.ts';
import { keep, prediction } from './records.ts';

t.test('a folder that need not exist yet', async (t) => {
  const root = join(testFolder(t), 'later');
  const store = openEvaluationQuery(root);
  t.teardown(() => store.close());
  t.same(await store.query('select event_id from predictions'), []);
  await keep(root, 'prediction_records', [prediction()]);
  t.same(await store.query('select event_id from predictions'), [{ event_id: 'e1' }]);
});

t.test('athena://workgroup/database, with region, credentials and endpoint of the environment', async (t) => {
  const root = testFolder(t);
  await keep(root, 'prediction_records', [prediction()]);
  const { endpoint, calls } = await startAthena(t, root);
  const before = { ...process.env };
  t.teardown(() => {
    process.env = before;
  });
  process.env['AWS_ENDPOINT_URL_ATHENA'] = endpoint;
  process.env['AWS_REGION'] = 'eu-central-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  const store = openEvaluationQuery('athena://team.a/evaluation_store');
  t.teardown(() => store.close());
  t.same(await store.query('select event_id from predictions'), [{ event_id: 'e1' }]);
  t.match(calls[0]?.input, {
    WorkGroup: 'team.a',
    QueryExecutionContext: { Database: 'evaluation_store' },
  });
});

t.test('what names no store is refused at the start', async (t) => {
  for (const location of [
    'athena:',
    'athena://workgroup',
    'athena://w/d/more',
    "athena://w/d'",
    's3://bucket',
  ])
    t.throws(
      () => openEvaluationQuery(location),
      { name: 'StartupError', message: /^EVALUATION_STORE: / },
      location,
    );
});

t.test('a store that was never asked closes at once', async () => {
  await openEvaluationQuery('athena://workgroup/database').close();
});
