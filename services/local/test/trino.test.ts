import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { openDuckDbQuery } from '@tristore/common/evaluation-store/duckdb-query.ts';
import { type DayRange, trinoTableDdl } from '@tristore/common/evaluation-store/table-ddl.ts';
import { evaluationViews } from '@tristore/common/evaluation-store/views.ts';
import { BUCKETS, EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import { keptPredictionSql } from '@tristore/orchestrator/audit/kept-prediction-sql.ts';
import { newEvent } from '@tristore/orchestrator/prediction/event-id.ts';
import t from 'tap';
import { outcome, prediction } from '../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { createResources } from '../src/create-resources.ts';
import { startEmbedded } from '../src/embedded.ts';
import { fillMetastore, synthesised } from './glue-metastore.ts';
import { hasTrino, startTrino, TRINO_TOOL } from './trino-query.ts';

const TABLES = Object.keys(EVALUATION_TABLES) as EvaluationTableName[];

/** Those of the records: Trino looks into 24 folders for each. */
const DAYS = { from: '2026-03-20', to: '2026-04-10' };

const AUDITED = newEvent(new Date('2026-04-09T23:59:59.999Z'));
const audited = {
  event_id: AUDITED.id,
  created_at: '2026-04-09 23:59:59.999',
  entity_id: 'it\'s, a=b {"c"}',
  entities: { merchant: 'm=1, {"x"}' },
  features: { LIMIT_BAL: 0.1 + 0.2, PAY_0: -1e-7, BIG: 1.5e300 },
};
const AUDIT_RECORDS = [
  prediction({ ...audited, reasons: ['so, "so"', ''] }),
  prediction({ ...audited, route: 'shadow', model_version: '2', reasons: [] }),
];
const byRoute = (rows: Record<string, unknown>[]) =>
  rows.toSorted((a, b) => String(a['route']).localeCompare(String(b['route'])));

const PREDICTIONS = [
  prediction({ event_id: 'e1' }),
  prediction({ event_id: 'e1' }),
  prediction({ event_id: 'e1', route: 'shadow', model_version: '2', prediction: 0, probability: 0.1 }),
  prediction({
    event_id: 'e2',
    reference: 'b',
    entities: { merchant: 'm-1' },
    protected: {},
    missing: ['AGE'],
  }),
  ...AUDIT_RECORDS,
  AUDIT_RECORDS[0] ?? {},
  prediction({ event_id: 'e3', reference: 'b', created_at: '2026-03-25 23:59:59.999', degraded: 'spöøl' }),
];
const OUTCOMES = [
  outcome({ event_id: 'e1', outcome: 0 }),
  outcome({ event_id: 'e1', received_at: '2026-04-02 10:00:00.001' }),
  outcome({ reference: 'b' }),
  outcome({ event_id: 'e3', outcome: 0, received_at: '2026-04-03 00:00:00.000' }),
  outcome({ event_id: 'nobody' }),
];

/** Through the streams, as the orchestrator does. */
async function deliver(dataDir: string): Promise<void> {
  const embedded = await startEmbedded({ dataDir });
  try {
    await createResources(embedded.endpoints);
    const firehose = new FirehoseClient({
      region: 'us-east-1',
      endpoint: embedded.endpoints.firehose,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    for (const [table, records] of [
      ['prediction_records', PREDICTIONS],
      ['outcome_records', OUTCOMES],
    ] as const)
      await firehose.send(
        new PutRecordBatchCommand({
          DeliveryStreamName: EVALUATION_TABLES[table].stream,
          Records: records.map((record) => ({ Data: Buffer.from(`${JSON.stringify(record)}\n`) })),
        }),
      );
    firehose.destroy();
  } finally {
    await embedded.close();
  }
}

const sorted = (rows: Record<string, unknown>[]) => rows.map((row) => JSON.stringify(row)).sort();

/** A partition of its own each: the connector moves a new folder into place, and would not over one that is there. */
const INSERTS = [
  `insert into prediction_records (event_id, request_id, created_at, model_name, model_version, route, entity_id,
     features, protected, missing, overridden, prediction, probability, threshold, latency_ms, dt, hour)
   values ('e4', 'r4', timestamp '2026-03-24 07:59:00.004', 'credit-default', '1', 'canary', '4',
     map(array['LIMIT_BAL', 'PAY_0'], array[1.5e0, -1e0]), map(array['SEX'], array[1e0]), array['AGE', 'PAY_0'],
     array[], 0e0, 0.25e0, 0.5e0, 1e0, '2026-03-24', '07')`,
  `insert into outcome_records values
     ('e4', null, 1e0, timestamp '2026-03-30 00:00:00.000', timestamp '2026-04-04 05:06:07.008', 'trino', '2026-04-04', '05')`,
];

// the first start on a machine fetches the server
t.setTimeout(300_000);

const skip = !hasTrino() && `${TRINO_TOOL} is not here; TRINO_TOOL names another`;

t.test('Trino and DuckDB give the same rows for the same files', { skip }, async (t) => {
  const folder = testFolder(t);
  const dataDir = join(folder, 'data');
  const bucket = join(dataDir, 's3', BUCKETS.evaluation);
  const infra = synthesised('prd', { bucket: BUCKETS.evaluation, database: 'deployed' });
  const [trino] = await Promise.all([startTrino(folder), deliver(dataDir), infra]);
  t.teardown(() => trino.stop());
  const duckDb = await openDuckDbQuery(bucket);
  t.teardown(() => duckDb.close());

  await trino.query('create schema if not exists hive.default');
  for (const table of TABLES) {
    const location = `local:///data/s3/${BUCKETS.evaluation}/${EVALUATION_TABLES[table].prefix}`;
    await trino.query(trinoTableDdl(table, location, 'hive.default', DAYS));
  }
  for (const { sql } of evaluationViews('hive.default')) await trino.query(sql);
  for (const sql of INSERTS) await trino.query(sql);

  const same = async (sql: string, name: string) => {
    const rows = await duckDb.query(sql);
    t.same(await trino.query(sql), rows, name);
    return rows;
  };
  const expected = {
    predictions: [AUDITED.id, 'e1', 'e2', 'e3', 'e4'],
    shadow_predictions: [AUDITED.id, 'e1'],
    outcomes: ['e1', 'e3', 'e4', 'nobody', null],
    predictions_with_outcomes: [AUDITED.id, 'e1', 'e2', 'e3', 'e4'],
  };
  for (const { name } of evaluationViews()) {
    const rows = await same(`select * from ${name} order by event_id nulls last`, name);
    t.same(
      rows.map((row) => row['event_id']),
      expected[name],
      name,
    );
  }
  t.same(
    await same('select event_id, outcome, source from predictions_with_outcomes order by event_id', 'labels'),
    [
      { event_id: AUDITED.id, outcome: null, source: null },
      { event_id: 'e1', outcome: 1, source: 'api' },
      { event_id: 'e2', outcome: null, source: null },
      { event_id: 'e3', outcome: 0, source: 'api' },
      { event_id: 'e4', outcome: 1, source: 'trino' },
    ],
  );

  // what the orchestrator's audit route asks Athena
  for (const shadows of [true, false]) {
    const audit = keptPredictionSql(AUDITED.id, { shadows });
    const records = await duckDb.query(audit);
    t.same(
      byRoute(await trino.query(audit)),
      byRoute(records),
      `the kept record${shadows ? ' and its shadow' : ''}`,
    );
    t.match(byRoute(records), (shadows ? AUDIT_RECORDS : AUDIT_RECORDS.slice(0, 1)) as object[]);
    t.equal(records.length, shadows ? 2 : 1);
  }

  const page = await readFile(new URL('../../../docs/evaluation-store.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql ?? '');
  t.ok(examples.length > 0);
  for (const sql of examples) t.ok((await same(sql, sql)).length > 0, 'finds something');

  await t.test('so do the tables, views and named queries that infra makes on AWS', async (t) => {
    const store = await infra;
    const here = `local:///data/s3/${BUCKETS.evaluation}/`;
    const make = async (schema: string, days?: DayRange) => {
      await trino.query(`create schema hive.${schema}`);
      const locate = (location: string) => location.replace(`s3://${BUCKETS.evaluation}/`, here);
      await fillMetastore(join(folder, 'metastore'), schema, store, locate, days);
    };
    await make('deployed', DAYS);
    for (const { name } of [...store.tables, ...store.views]) {
      // some columns are maps, which have no order
      const sql = `select * from ${name}`;
      const rows = await trino.query(sql, 'deployed');
      t.same(sorted(rows), sorted(await trino.query(sql)), name);
      t.ok(rows.length > 0, `${name}: has rows`);
    }
    t.ok(store.queries.length > 0);
    for (const { name, sql } of store.queries)
      t.same(await trino.query(sql, 'deployed'), await duckDb.query(sql), name);
    await make('to_the_letter');
    const found = await trino.query(
      "select \"$path\" from prediction_records where dt = '2026-03-25' and hour = '23'",
      'to_the_letter',
    );
    t.equal(found.length, 1, 'a partition that nobody added is found');
  });

  // a filter on dt keeps other days’ files unread, through row_number()
  const broken = join(bucket, 'prediction_records/dt=2026-03-24/hour=06/broken.parquet');
  await writeFile(broken, 'no Parquet');
  t.same(await trino.query("select event_id from predictions where dt = '2026-03-25'"), [{ event_id: 'e3' }]);
  await t.rejects(trino.query("select event_id from predictions where dt = '2026-03-24'"), /broken.parquet/);
  const hourBefore = join(bucket, 'prediction_records/dt=2026-04-09/hour=22');
  await mkdir(hourBefore);
  await writeFile(join(hourBefore, 'broken.parquet'), 'no Parquet');
  const audit = keptPredictionSql(AUDITED.id, { shadows: true });
  t.equal((await trino.query(audit)).length, 2, 'and the audit route keeps to its hour');
});
