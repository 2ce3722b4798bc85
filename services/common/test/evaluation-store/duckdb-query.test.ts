import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDuckDbQuery } from '@tristore/common/evaluation-store/duckdb-query.ts';
import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import { writeParquet } from '@tristore/local/firehose/parquet.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../test-folder.ts';
import { queryContract } from './query-contract.ts';
import { keep, outcome, prediction } from './records.ts';

async function open(t: Test, root: string) {
  const store = await openDuckDbQuery(root);
  t.teardown(() => store.close());
  return store;
}

queryContract(t, open);

t.test(
  'a folder that is not there yet has every table and view, with the Glue types and no rows',
  async (t) => {
    const store = await open(t, join(testFolder(t), 'nothing'));
    t.same(await store.query('select * from predictions_with_outcomes'), []);
    const types = await store.query('describe prediction_records');
    t.match(Object.fromEntries(types.map((row) => [row['column_name'], row['column_type']])), {
      created_at: 'TIMESTAMP',
      entities: 'MAP(VARCHAR, VARCHAR)',
      features: 'MAP(VARCHAR, DOUBLE)',
      missing: 'VARCHAR[]',
      probability: 'DOUBLE',
      dt: 'VARCHAR',
      hour: 'VARCHAR',
    });
  },
);

t.test('rows are plain JSON values, and the first files are seen without opening anew', async (t) => {
  const root = join(testFolder(t), "it's [a] *folder?");
  const store = await open(t, root);
  t.same(await store.query('select * from prediction_records'), []);
  const kept = prediction({ reference: 'b', entities: { merchant: 'm-1' } });
  await keep(root, 'prediction_records', [kept]);
  const rows = await store.query('select * from prediction_records');
  t.same(rows, [{ ...kept, degraded: null, dt: '2026-03-24', hour: '06' }]);
  await keep(root, 'prediction_records', [prediction({ event_id: 'e2' })]);
  t.same(
    await store.query('select count(*) as n, 12::hugeint as h, 1.5::decimal(3, 1) as d from predictions'),
    [{ n: 2, h: 12, d: 1.5 }],
  );
});

t.test(
  'a file from before a column was added still reads, and a hidden one is not the table’s',
  async (t) => {
    const root = testFolder(t);
    await keep(root, 'outcome_records', [outcome({ event_id: 'e1' })]);
    const folder = join(root, 'outcome_records/dt=2026-03-01/hour=00');
    await mkdir(folder, { recursive: true });
    const old = EVALUATION_TABLES.outcome_records.columns.filter(({ name }) => name !== 'source');
    await writeParquet(join(folder, 'old'), old, [outcome({ event_id: 'e2' })]);
    await writeFile(join(folder, '.half-written.parquet'), 'no Parquet');
    await writeFile(join(folder, '_SUCCESS'), '');
    const store = await open(t, root);
    t.same(await store.query('select event_id, source, dt from outcome_records order by event_id'), [
      { event_id: 'e1', source: 'api', dt: '2026-04-01' },
      { event_id: 'e2', source: null, dt: '2026-03-01' },
    ]);
  },
);

t.test('a file that lacks a column is read also when it comes while the store is open', async (t) => {
  const base = testFolder(t);
  const old = EVALUATION_TABLES.outcome_records.columns.filter(({ name }) => name !== 'source');
  const ids = async (store: Awaited<ReturnType<typeof open>>) =>
    (await store.query('select event_id, source from outcome_records order by event_id')).map(
      ({ event_id, source }) => [event_id, source],
    );
  for (const [when, day] of [
    ['first of all files', '2026-03-01'],
    ['after the others', '2026-05-01'],
  ] as const) {
    const root = join(base, day);
    await keep(root, 'outcome_records', [outcome({ event_id: 'e1' })]);
    const store = await open(t, root);
    t.same(await ids(store), [['e1', 'api']]);
    const folder = join(root, `outcome_records/dt=${day}/hour=00`);
    await mkdir(folder, { recursive: true });
    await writeParquet(join(folder, 'old.parquet'), old, [outcome({ event_id: 'e2' })]);
    await t.rejects(store.query('select nope from outcomes'), /nope/, when);
    t.same(
      await ids(store),
      [
        ['e1', 'api'],
        ['e2', null],
      ],
      when,
    );
  }
});

t.test('a filter on dt and hour opens the files of those partitions alone', async (t) => {
  const root = testFolder(t);
  await keep(root, 'prediction_records', [
    prediction({ event_id: 'e1' }),
    prediction({ event_id: 'e2', created_at: '2026-03-25 07:00:00.000' }),
  ]);
  await writeFile(join(root, 'prediction_records/dt=2026-03-24/hour=06/zz.parquet'), 'no Parquet');
  const store = await open(t, root);
  for (const view of ['prediction_records', 'predictions'])
    t.same(
      await store.query(`select event_id from ${view} where dt = '2026-03-25' and hour = '07'`),
      [{ event_id: 'e2' }],
      view,
    );
  await t.rejects(store.query('select event_id from predictions'), { name: 'QueryError' });
});

t.test('what Athena reads otherwise than DuckDB is read as Athena does', async (t) => {
  const store = await open(t, testFolder(t));
  t.same(
    await store.query("select 7 / 2 as whole, 7e0 / 2 as parts, element_at(map {'a': 1}, 'b') as absent"),
    [{ whole: 3, parts: 3.5, absent: null }],
  );
});

t.test('rows come in the order asked for', async (t) => {
  const root = testFolder(t);
  const ids = ['c', 'a', 'd', 'b'];
  await keep(
    root,
    'prediction_records',
    ids.map((event_id, i) => prediction({ event_id, created_at: `2026-03-2${i} 00:00:00.000` })),
  );
  const store = await open(t, root);
  const rows = await store.query('select event_id from predictions order by event_id desc');
  t.same(
    rows.map((row) => row['event_id']),
    ['d', 'c', 'b', 'a'],
  );
});

t.test('it runs one reading statement, and touches no other file', async (t) => {
  const store = await open(t, testFolder(t));
  const outside = `${t.testdirName}-elsewhere.csv`;
  const cases: [string, RegExp][] = [
    ['select 1; select 2', /one statement at a time, not 2/],
    ['drop view predictions', /only reading is allowed here, not DROP/],
    ["set threads = '1'", /only reading is allowed here, not SET/],
    ['explain analyze select 1', /only reading is allowed here, not EXPLAIN/],
    [`copy (select 1) to '${outside}'`, /Cannot access file/],
    [`copy (select 1) to '${join(t.testdirName, 'inside.csv')}'`, /only reading is allowed here, not COPY/],
    [`select * from read_text('${import.meta.filename}')`, /Cannot access file/],
    ['select nope from predictions', /^Binder Error: Referenced column "nope" not found[^\n]*$/],
    ['selec', /^Parser Error: [^\n]*$/],
    ['  ', /the statement is empty/],
  ];
  for (const [sql, message] of cases) await t.rejects(store.query(sql), { name: 'QueryError', message }, sql);
  t.same(await store.query('select 1 as still_there'), [{ still_there: 1 }]);
});
