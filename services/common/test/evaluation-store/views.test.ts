import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import { openDuckDbQuery } from '@tristore/common/evaluation-store/duckdb-query.ts';
import { evaluationViews } from '@tristore/common/evaluation-store/views.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../test-folder.ts';
import { keep, outcome, prediction } from './records.ts';

async function store(t: Test, predictions: PredictionRecord[], outcomes: OutcomeRecord[] = []) {
  const root = testFolder(t);
  await keep(root, 'prediction_records', predictions);
  await keep(root, 'outcome_records', outcomes);
  const store = await openDuckDbQuery(root);
  t.teardown(() => store.close());
  return { root, query: (sql: string) => store.query(sql) };
}

const LABELS = 'select event_id, outcome, source from predictions_with_outcomes order by event_id';

t.test('a record that was delivered twice counts once, also from another file', async (t) => {
  const { query, root } = await store(t, [prediction(), prediction(), prediction({ event_id: 'e2' })]);
  await keep(root, 'prediction_records', [prediction()]);
  t.same(await query('select count(*) as n from prediction_records'), [{ n: 4 }]);
  t.same(await query('select event_id from predictions order by event_id'), [
    { event_id: 'e1' },
    { event_id: 'e2' },
  ]);
});

t.test('shadows have a view of their own, one row per version, and are no answers', async (t) => {
  const shadows = ['2', '3', '3'].map((model_version) => prediction({ model_version, route: 'shadow' }));
  const { query } = await store(t, [prediction(), ...shadows]);
  t.same(await query('select model_version, route from predictions'), [
    { model_version: '1', route: 'champion' },
  ]);
  t.same(await query('select event_id, model_version from shadow_predictions order by model_version'), [
    { event_id: 'e1', model_version: '2' },
    { event_id: 'e1', model_version: '3' },
  ]);
  t.equal((await query('select event_id from predictions_with_outcomes')).length, 1);
});

t.test('a correction wins over what was told before, in whatever order they arrive', async (t) => {
  const corrected = outcome({ event_id: 'e1', outcome: 0, received_at: '2026-04-05 10:00:00.000' });
  const first = outcome({ event_id: 'e1' });
  const { query } = await store(t, [prediction()], [corrected, first, first]);
  t.same(await query('select event_id, outcome, dt, hour from outcomes'), [
    { event_id: 'e1', outcome: 0, dt: '2026-04-05', hour: '10' },
  ]);
  t.same(await query(LABELS), [{ event_id: 'e1', outcome: 0, source: 'api' }]);
});

t.test('an outcome by reference counts for the newest answer that carries it', async (t) => {
  const answers = [
    prediction({ event_id: 'e1', reference: 'case-7' }),
    prediction({ event_id: 'e3', reference: 'case-7', created_at: '2026-03-25 01:00:00.000' }),
    prediction({
      event_id: 'e4',
      reference: 'case-7',
      created_at: '2026-03-26 01:00:00.000',
      route: 'shadow',
    }),
    prediction({ event_id: 'e5', created_at: '2026-03-26 01:00:00.000' }),
  ];
  const { query } = await store(t, answers, [outcome({ reference: 'case-7' })]);
  t.same(await query(LABELS), [
    { event_id: 'e1', outcome: null, source: null },
    { event_id: 'e3', outcome: 1, source: 'api' },
    { event_id: 'e5', outcome: null, source: null },
  ]);
});

t.test('where a case is told by event_id and by reference, the latest told wins', async (t) => {
  const answers = [
    prediction({ event_id: 'e1', reference: 'a' }),
    prediction({ event_id: 'e2', reference: 'b' }),
  ];
  const later = '2026-04-09 00:00:00.000';
  const told = [
    outcome({ reference: 'a', outcome: 0, source: 'by reference' }),
    outcome({ event_id: 'e1', outcome: 1, source: 'by event', received_at: later }),
    outcome({ event_id: 'e2', outcome: 1, source: 'by event' }),
    outcome({ reference: 'b', outcome: 0, source: 'by reference', received_at: later }),
  ];
  const { query } = await store(t, answers, told);
  t.same(await query(LABELS), [
    { event_id: 'e1', outcome: 1, source: 'by event' },
    { event_id: 'e2', outcome: 0, source: 'by reference' },
  ]);
  t.equal((await query('select 1 from outcomes')).length, 4, 'two cases each');
});

t.test('an outcome that comes before its answer is delivered, and one without any, do no harm', async (t) => {
  const root = testFolder(t);
  await keep(root, 'outcome_records', [outcome({ event_id: 'e1' }), outcome({ event_id: 'nobody' })]);
  const late = await openDuckDbQuery(root);
  t.teardown(() => late.close());
  t.same(await late.query(LABELS), []);
  await keep(root, 'prediction_records', [prediction()]);
  t.same(await late.query(LABELS), [{ event_id: 'e1', outcome: 1, source: 'api' }]);
});

t.test('two outcomes told in one millisecond have one order', async (t) => {
  const told = [0, 1].map((value) =>
    outcome({ event_id: 'e1', outcome: value, observed_at: `2026-03-${29 + value} 00:00:00.000` }),
  );
  const { query } = await store(t, [prediction()], told);
  t.same(await query('select outcome from outcomes'), [{ outcome: 1 }]);
});

t.test('every view has the columns that it names, dt and hour among them', async (t) => {
  const { query } = await store(t, [prediction()]);
  for (const { name, columns } of evaluationViews()) {
    const described = await query(`describe ${name}`);
    t.same(
      described.map((row) => row['column_name']),
      columns,
      name,
    );
    t.ok(columns.includes('dt') && columns.includes('hour'), name);
  }
});
