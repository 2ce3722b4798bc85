import { setTimeout as wait } from 'node:timers/promises';
import { PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { duckdbType } from '@tristore/common/evaluation-store/glue-types.ts';
import { EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { type Started, start } from '../started.ts';
import { duckDb, keysOf, refusedOf, rowsOf } from './stored.ts';

const CREATED = '2026-03-04 05:06:07.089';

const put = (
  { clients }: Started,
  records: (string | object)[],
  table: EvaluationTableName = 'prediction_records',
) =>
  clients.firehose.send(
    new PutRecordBatchCommand({
      DeliveryStreamName: EVALUATION_TABLES[table].stream,
      Records: records.map((record) => ({
        Data: Buffer.from(typeof record === 'string' ? record : `${JSON.stringify(record)}\n`),
      })),
    }),
  );

t.test('Parquet has exactly the columns and types of resources.ts', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  await put(started, [{ event_id: 'p', created_at: CREATED }]);
  await put(started, [{ event_id: 'o', received_at: CREATED, outcome: 1 }], 'outcome_records');
  await started.flush();
  for (const [table, { columns }] of Object.entries(EVALUATION_TABLES)) {
    const [key] = keysOf(dataDir, table);
    const file = `read_parquet('${dataDir}/s3/tristore-evaluation/${key}', hive_partitioning = false)`;
    const described = await duckDb(`describe select * from ${file}`);
    t.same(
      described.map(({ column_name, column_type }) => [column_name, column_type]),
      columns.map(({ name, type }) => [name, duckdbType(type)]),
      table,
    );
  }
});

t.test('a whole record comes back as it went in, and unknown keys are left out', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  const record = {
    event_id: 'e-1',
    created_at: CREATED,
    entity_id: 7,
    entities: { merchant: 'm-1' },
    features: { LIMIT_BAL: 20_000, pay_0: -1.5 },
    missing: ['AGE'],
    reasons: [],
    probability: 0.25,
    unknown: { deep: true },
  };
  await put(started, [record]);
  await started.flush();
  const [row, ...others] = await rowsOf(dataDir, 'prediction_records');
  t.equal(others.length, 0);
  t.match(row, {
    event_id: 'e-1',
    created_at: CREATED,
    entity_id: '7',
    entities: [{ key: 'merchant', value: 'm-1' }],
    features: [
      { key: 'LIMIT_BAL', value: 20_000 },
      { key: 'pay_0', value: -1.5 },
    ],
    missing: ['AGE'],
    reasons: [],
    probability: 0.25,
    threshold: null,
  });
  t.notOk(row && 'unknown' in row);
});

t.test('each row goes by its own time, also when one record holds several', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  const line = (event_id: string, created_at: string) => `${JSON.stringify({ event_id, created_at })}\n`;
  await put(started, [
    line('a', '2026-03-04 05:59:59.999') + line('b', '2026-03-04 06:00:00.000'),
    line('c', '2026-03-04 05:00:00.000').trim(),
  ]);
  await started.flush();
  const rows = await duckDb(
    `select dt, hour, list(event_id order by event_id) as ids
     from read_parquet('${dataDir}/s3/tristore-evaluation/prediction_records/*/*/*.parquet',
       hive_partitioning = true, hive_types_autocast = false) group by all order by all`,
  );
  t.same(rows, [
    { dt: '2026-03-04', hour: '05', ids: ['a', 'c'] },
    { dt: '2026-03-04', hour: '06', ids: ['b'] },
  ]);
});

t.test('what the deserialiser refuses lands under errors/, and holds up nothing', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  const bad = (part: object) => JSON.stringify({ event_id: 'bad', created_at: CREATED, ...part });
  const expected: [string, RegExp][] = [
    ['no json', /not valid JSON/],
    ['[1]', /not a JSON object/],
    [
      bad({ created_at: '2026-03-04T05:06:07.089Z' }),
      /created_at: "2026-03-04T05:06:07.089Z" is no timestamp/,
    ],
    [bad({ created_at: '2026-02-30 05:06:07' }), /created_at/],
    [bad({ created_at: '2026-04-31 05:06:07' }), /created_at/],
    [bad({ created_at: undefined }), /created_at is missing/],
    [bad({ probability: 'high' }), /probability: "high" is no double/],
    [bad({ features: { AGE: 'old' } }), /features: .* is no map<string,double>/],
    [bad({ missing: 'AGE' }), /missing: "AGE" is no array<string>/],
    [bad({ event_id: {} }), /event_id: {} is no string/],
  ];
  await put(started, [{ event_id: 'good', created_at: CREATED }, ...expected.map(([text]) => text)]);
  await started.flush();
  t.match(await rowsOf(dataDir, 'prediction_records'), [{ event_id: 'good' }]);
  const refused = refusedOf(dataDir, 'prediction_records');
  t.equal(refused.length, expected.length);
  for (const [text, message] of expected) {
    const found = refused.find((line) => line.text === text);
    t.match(found, { code: /^(DataFormatConversion|DynamicPartitioning)\./, message }, text);
  }
});

t.test('odd but valid text is delivered', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  await put(started, [
    `{"event_id":"half a pair \\ud83d","created_at":"${CREATED}","entities":{"__proto__":"kept"}}`,
    { event_id: 'quote \' " \n \u{1f600}', created_at: CREATED },
  ]);
  await started.flush();
  t.same(
    (await rowsOf(dataDir, 'prediction_records')).map(({ event_id, entities }) => [event_id, entities]),
    [
      ['half a pair \ufffd', [{ key: '__proto__', value: 'kept' }]],
      ['quote \' " \n \u{1f600}', null],
    ],
  );
  t.same(refusedOf(dataDir, 'prediction_records'), []);
});

t.test('it writes by itself when the buffer time is over', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir, 0.2);
  await put(started, [{ event_id: 'a', created_at: CREATED }]);
  t.same(keysOf(dataDir, 'prediction_records'), [], 'not at once');
  for (const end = Date.now() + 10_000; Date.now() < end; await wait(20))
    if (keysOf(dataDir, 'prediction_records').length) break;
  t.match(await rowsOf(dataDir, 'prediction_records'), [{ event_id: 'a' }]);
});

t.test('closing delivers what waits', async (t) => {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  await put(started, [{ event_id: 'a', created_at: CREATED }]);
  await started.close();
  t.match(await rowsOf(dataDir, 'prediction_records'), [{ event_id: 'a' }]);
});
