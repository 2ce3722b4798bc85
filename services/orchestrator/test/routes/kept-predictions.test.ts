import { rm } from 'node:fs/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import { recordTimestamp } from '@tristore/common/contracts/record-timestamp.ts';
import { AthenaQuery } from '@tristore/common/evaluation-store/athena-query.ts';
import type { EvaluationQuery } from '@tristore/common/evaluation-store/evaluation-query.ts';
import { openEvaluationQuery } from '@tristore/common/evaluation-store/open-evaluation-query.ts';
import t, { type Test } from 'tap';
import { startAthena } from '../../../common/test/evaluation-store/athena-server.ts';
import { keep, prediction } from '../../../common/test/evaluation-store/records.ts';
import { keptPredictionSql } from '../../src/audit/kept-prediction-sql.ts';
import { newEvent } from '../../src/prediction/event-id.ts';
import { build, CLIENT } from '../build.ts';

const ENGINES = {
  DuckDB: async (_: Test, root: string): Promise<EvaluationQuery> => openEvaluationQuery(root),
  Athena: async (t: Test, root: string): Promise<EvaluationQuery> => {
    const { endpoint } = await startAthena(t, root);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new AthenaClient({ endpoint, region: 'us-east-1', credentials });
    return new AthenaQuery({ client, workgroup: 'tristore', database: 'evaluation' });
  },
};

/** A record as it is kept for an event of that age. */
const recordAged = (seconds: number, over: Partial<PredictionRecord> = {}) => {
  const { id, createdAt } = newEvent(new Date(Date.now() - seconds * 1000));
  return prediction({ event_id: id, created_at: recordTimestamp(createdAt), ...over });
};

for (const [engine, open] of Object.entries(ENGINES))
  t.test(`by ${engine}: what was kept is what comes, whole and unchanged`, async (t) => {
    const root = `${t.testdirName}-store`;
    t.teardown(() => rm(root, { recursive: true, force: true }));
    const { call, records, dynamoDb } = await build(t);
    const store = await open(t, root);
    const auditor = await build(t, { dynamoDb, evaluationStore: store });
    await call('PUT', '/v1/features/credit-default/1', {
      values: { ...CLIENT, LIMIT_BAL: 2e6, BILL_AMT6: null },
    });
    const { status, body: answer } = await call('POST', '/v1/predictions', {
      model: { model_name: 'credit-default' },
      client: { id: '1' },
      entities: { merchant: 'm=1, "x"' },
      features: { LIMIT_BAL: 60_000.1 },
      reference: "it's a case",
    });
    t.equal(status, 200);
    const early = await auditor.call('GET', `/v1/predictions/${answer.event_id}`);
    t.equal(early.status, 404);
    t.equal(early.body.error.code, 'prediction_not_yet_kept');
    const wait = Number(early.headers['retry-after']);
    t.ok(wait > 60 && wait <= 120, `${wait} seconds`);

    const { predictions } = await records();
    const [kept] = predictions;
    const shadow = { ...kept, route: 'shadow', model_version: '2', probability: 0.1 } as PredictionRecord;
    // at least once: a copy is no second record
    await keep(root, 'prediction_records', [...predictions, ...predictions, shadow]);
    const found = await auditor.call('GET', `/v1/predictions/${answer.event_id}`);
    t.equal(found.status, 200);
    t.equal(found.headers['cache-control'], 'no-store');
    t.strictSame(found.body, kept);
    t.equal(found.body.probability, answer.probability);
    const both = await auditor.call('GET', `/v1/predictions/${answer.event_id}?shadows=true`);
    t.strictSame(both.body, { ...kept, shadows: [shadow] });
    t.strictSame((await auditor.call('GET', `/v1/predictions/${answer.event_id}?shadows=false`)).body, kept);
  });

t.test('an old id that is not there, one from the future, and texts that are none', async (t) => {
  const root = `${t.testdirName}-nothing`;
  const { call } = await build(t, { evaluationStore: openEvaluationQuery(root) });
  for (const seconds of [121, 86_400, -3_600]) {
    const { status, body, headers } = await call('GET', `/v1/predictions/${recordAged(seconds).event_id}`);
    t.equal(status, 404, `${seconds} s ago`);
    t.equal(body.error.code, 'prediction_not_found');
    t.notOk('retry-after' in headers);
  }
  for (const id of [
    'x',
    '0',
    `${recordAged(0).event_id}x`,
    "01a20c60-67be-71da-ac9d-ec949fd2404'",
    '01a20c60-67be-41da-ac9d-ec949fd24049',
  ]) {
    t.equal((await call('GET', `/v1/predictions/${encodeURIComponent(id)}`)).status, 400, id);
    t.throws(() => keptPredictionSql(id, { shadows: true }), RangeError, 'and would not get into SQL either');
  }
  t.equal((await call('GET', `/v1/predictions/${recordAged(0).event_id}?shadows=yes`)).status, 400);
});

t.test('no store, one that is away, one that fails: told apart', async (t) => {
  const first = await build(t);
  const path = `/v1/predictions/${recordAged(300).event_id}`;
  t.match(await first.call('GET', path), {
    status: 503,
    body: { error: { code: 'evaluation_store_not_configured' } },
  });
  const athena = await startAthena(t, t.testdirName);
  const client = new AthenaClient({
    endpoint: athena.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const evaluationStore = new AthenaQuery({ client, workgroup: 'w', database: 'd' });
  const { call } = await build(t, { dynamoDb: first.dynamoDb, evaluationStore });
  athena.control.fault = { status: 400, type: 'ThrottlingException', message: 'too many' };
  const away = await call('GET', path);
  t.match(away, { status: 503, body: { error: { code: 'evaluation_store_unavailable' } } });
  t.equal(away.headers['retry-after'], '5');
  athena.control.fault = { status: 400, type: 'InvalidRequestException', message: 'no table secret_name' };
  const failed = await call('GET', path);
  t.match(failed, { status: 500, body: { error: { code: 'internal_error' } } });
  t.notMatch(JSON.stringify(failed.body), /secret_name/);
});

t.test('a caller who goes away leaves no query running', async (t) => {
  const athena = await startAthena(t, t.testdirName);
  athena.control.never = true;
  const client = new AthenaClient({
    endpoint: athena.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const evaluationStore = new AthenaQuery({ client, workgroup: 'w', database: 'd' });
  const { app } = await build(t, { evaluationStore });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const path = `${url}/v1/predictions/${recordAged(300).event_id}`;
  const isCalled = async (name: string) => {
    const called = () => athena.calls.some(({ operation }) => operation === name);
    for (let i = 0; i < 500 && !called(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    return called();
  };
  const caller = new AbortController();
  const answer = fetch(path, { headers: { 'x-api-key': 'test-key' }, signal: caller.signal });
  const gone = t.rejects(answer);
  t.ok(await isCalled('StartQueryExecution'));
  caller.abort();
  await gone;
  t.ok(await isCalled('StopQueryExecution'));
});
