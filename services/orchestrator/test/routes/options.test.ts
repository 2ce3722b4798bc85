import t, { type Test } from 'tap';
import { build, CLIENT } from '../build.ts';

async function start(t: Test) {
  const built = await build(t);
  await built.call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  const ask = (more: object = {}, headers = {}) =>
    built.call(
      'POST',
      '/v1/predictions',
      { model: { model_name: 'credit-default' }, client: { id: 1 }, ...more },
      headers,
    );
  return { ...built, ask };
}

t.test('explain: the reasons are answered and kept', async (t) => {
  const { ask, records } = await start(t);
  t.same((await ask({ options: { explain: true } })).body.reasons, ['a reason']);
  t.notOk('reasons' in (await ask()).body);
  t.same(
    (await records()).predictions.map(({ reasons }) => reasons),
    [['a reason'], []],
  );
});

t.test('max_age_seconds: the same answer again, the same event, no second record', async (t) => {
  const { ask, records } = await start(t);
  const options = { max_age_seconds: 60 };
  const first = (await ask({ options })).body;
  t.notOk('cached' in first);
  t.same((await ask({ options })).body, { ...first, cached: true });
  for (const more of [
    {},
    { options: { ...options, explain: true } },
    { options, features: { AGE: 50 } },
    { options, client: { id: 'new' }, features: CLIENT },
    { options, reference: 'mine' },
    { options, reference: 'mine' },
  ])
    t.not((await ask(more)).body.event_id, first.event_id, JSON.stringify(more));
  const { now } = Date;
  Date.now = () => now() + 61_000;
  t.teardown(() => {
    Date.now = now;
  });
  t.not((await ask({ options })).body.event_id, first.event_id, 'too old');
  t.equal((await records()).predictions.length, 8);
});

t.test('while the feature store is away, who brings all features has an answer that says so', async (t) => {
  const { ask, records, dynamoDb } = await start(t);
  const { AGE: _, ...most } = CLIENT as Record<string, number>;
  await dynamoDb.close();
  const without = await ask();
  t.equal(without.status, 503);
  t.equal(without.body.error.code, 'feature_store_unavailable');
  t.equal(without.headers['retry-after'], '1');
  t.equal((await ask({ features: most })).body.error.code, 'feature_store_unavailable');
  t.match((await ask({ features: CLIENT })).body, { degraded: 'feature_store' });
  t.same(
    (await records()).predictions.map(({ degraded }) => degraded),
    ['feature_store'],
  );
});

t.test('the trace of the caller goes on to the model; an invalid one is ignored', async (t) => {
  const { ask, models } = await start(t);
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  await ask({}, { traceparent });
  await ask({}, { traceparent: traceparent.replace('4bf9', 'xxxx') });
  t.same(
    models.asked.map((request) => request.traceparent),
    [traceparent, undefined],
  );
});

t.test('a caller that waits less than the service has its deadline kept', async (t) => {
  const { ask, models } = await start(t);
  const header = 'x-request-timeout-ms';
  const before = performance.now();
  await ask({}, { [header]: '300' });
  const left = (models.asked[0]?.deadline ?? 0) - before;
  t.ok(left > 0 && left <= 900, `${left} ms`);
  models.score = () => new Promise(() => {});
  const { status, body } = await ask({}, { [header]: '100' });
  t.equal(status, 504);
  t.equal(body.error.code, 'deadline_exceeded');
  t.match((await ask({}, { [header]: 'soon' })).body.error, {
    code: 'invalid_request',
    details: [{ field: `headers.${header}` }],
  });
});
