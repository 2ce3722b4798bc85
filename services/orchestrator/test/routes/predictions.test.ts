import { TristoreError } from '@tristore/common/errors.ts';
import t from 'tap';
import { build, CLIENT } from '../build.ts';

const ask = (id: string | number, more: object = {}) => ({
  model: { model_name: 'credit-default' },
  client: { id },
  ...more,
});

t.test("the first design's event works as it is, integers included", async (t) => {
  const { call, records, models, manifest } = await build(t);
  await call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  const event = { model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } };
  const { status, body, headers } = await call('POST', '/v1/predictions', event, { 'x-request-id': 'req-1' });
  t.equal(status, 200);
  t.equal(headers['x-request-id'], 'req-1');
  t.match(body, {
    event_id: /^[0-9a-f]{8}-[0-9a-f]{4}-7/,
    model_name: 'credit-default',
    model_version: '1',
    threshold: manifest.threshold,
    missing_features: [],
    out_of_range: [],
  });
  t.equal(body.prediction, body.probability >= body.threshold ? 1 : 0);

  const { predictions } = await records();
  t.equal(predictions.length, 1);
  const [kept] = predictions;
  const names = manifest.signature.features.map(({ name }) => name);
  t.match(kept, {
    event_id: body.event_id,
    request_id: 'req-1',
    route: 'pinned',
    entity_id: '1',
    probability: body.probability,
    protected: { SEX: 2, MARRIAGE: 1 },
    overridden: [],
  });
  t.same(Object.keys(kept?.features ?? {}), names, 'the record holds the vector by name, in order');
  t.same(
    Object.values(kept?.features ?? {}),
    [...(models.asked[0]?.vector ?? [])],
    'exactly what the model saw',
  );
  t.equal(models.asked[0]?.requestId, 'req-1', 'the request id flows on to the model server');
  const millisecond = Number.parseInt(body.event_id.replaceAll('-', '').slice(0, 12), 16);
  t.equal(new Date(millisecond).toISOString(), body.created_at, "created_at is the id's millisecond");
  t.equal(kept?.created_at, body.created_at.replace('T', ' ').replace('Z', ''));
});

t.test('without a version the champion answers', async (t) => {
  const { call, records } = await build(t);
  await call('PUT', '/v1/features/credit-default/a', { values: CLIENT });
  const { body } = await call('POST', '/v1/predictions', ask('a', { reference: 'case-7' }));
  t.equal(body.model_version, '1');
  t.match((await records()).predictions, [{ route: 'champion', reference: 'case-7' }]);
});

t.test("a new applicant is scored from the request's own features", async (t) => {
  const { call, records } = await build(t);
  const { SEX: _, MARRIAGE: __, ...features } = CLIENT as Record<string, number>;
  const { status, body } = await call('POST', '/v1/predictions', ask('new', { features }));
  t.equal(status, 200);
  t.same(body.missing_features, []);
  const [kept] = (await records()).predictions;
  t.same(kept?.overridden.sort(), Object.keys(features).sort());
  t.same(kept?.protected, {});
});

t.test('features of the request override those of the store', async (t) => {
  const { call, models } = await build(t);
  await call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  await call('POST', '/v1/predictions', ask(1, { features: { LIMIT_BAL: 500_000 } }));
  t.equal(models.asked[0]?.vector[0], 500_000);
});

t.test('a value out of range is used and reported; a missing one with a default too', async (t) => {
  const { call } = await build(t);
  const { PAY_6: _, ...values } = CLIENT as Record<string, number>;
  await call('PUT', '/v1/features/credit-default/1', { values: { ...values, AGE: 300 } });
  const { body } = await call('POST', '/v1/predictions', ask(1));
  t.same(body.out_of_range, ['AGE']);
  t.same(body.missing_features, ['PAY_6']);
});

t.test('bad input names what is wrong, and nothing is recorded', async (t) => {
  const { call, records } = await build(t);
  await call('PUT', '/v1/features/credit-default/half', { values: { AGE: 30 } });
  const cases: [object, number, string, string | undefined][] = [
    [ask('nobody'), 404, 'client_not_found', 'features.LIMIT_BAL'],
    [ask('nobody', { features: { LIMIT_BAL: 1_000 } }), 404, 'client_not_found', 'features.AGE'],
    [ask('half'), 422, 'features_missing', 'features.LIMIT_BAL'],
    [{ model: { model_name: 'no-such' }, client: { id: 1 } }, 404, 'model_not_found', undefined],
    [
      { model: { model_name: 'no-such', model_version: 1 }, client: { id: 1 } },
      404,
      'model_not_found',
      undefined,
    ],
    [
      { model: { model_name: 'credit-default', model_version: 99 }, client: { id: 1 } },
      404,
      'version_not_found',
      undefined,
    ],
    [{ model: { model_name: 'credit-default' } }, 400, 'invalid_request', 'client'],
    [{ ...ask(1), clent: 1 }, 400, 'invalid_request', 'clent'],
    [ask(1.5), 400, 'invalid_request', 'client.id'],
    [{ model: { model_name: '../x' }, client: { id: 1 } }, 400, 'invalid_request', 'model.model_name'],
    [ask(1, { features: { NO_SUCH: 1 } }), 400, 'invalid_features', 'features.NO_SUCH'],
    [ask(1, { features: { AGE: 'old' } }), 400, 'invalid_features', 'features.AGE'],
    [ask(1, { features: { AGE: 30.5 } }), 400, 'invalid_features', 'features.AGE'],
  ];
  for (const [body, status, code, field] of cases) {
    const answer = await call('POST', '/v1/predictions', body);
    t.equal(answer.status, status, `${code}: ${answer.body.error?.message}`);
    t.equal(answer.body.error.code, code);
    t.ok(answer.body.error.request_id);
    if (field)
      t.ok(
        answer.body.error.details.some((detail: { field: string }) => detail.field === field),
        `names ${field}`,
      );
  }
  t.same((await records()).predictions, []);
});

t.test('while the model server is down: 503 with Retry-After, and no record', async (t) => {
  const { call, records, models } = await build(t);
  await call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  models.failure = new TristoreError('model_unavailable', 'down', { retryAfter: 1 });
  const { status, headers, body } = await call('POST', '/v1/predictions', ask(1));
  t.equal(status, 503);
  t.equal(headers['retry-after'], '1');
  t.equal(body.error.code, 'model_unavailable');
  t.same((await records()).predictions, []);
});

t.test('while DynamoDB is down: 503, and nothing of the inside is told', async (t) => {
  const { call, dynamoDb } = await build(t);
  await dynamoDb.close();
  const { status, body } = await call('POST', '/v1/predictions', ask(1));
  t.equal(status, 503);
  t.same(body.error.code, 'feature_store_unavailable');
  t.notMatch(JSON.stringify(body), /ECONNREFUSED|127\.0\.0\.1/);
});

t.test('a fault of ours is a 500 that tells nothing but the request id', async (t) => {
  const { call, models } = await build(t);
  await call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  models.failure = new Error('secret of the inside');
  const { status, body } = await call('POST', '/v1/predictions', ask(1));
  t.equal(status, 500);
  t.same(Object.keys(body.error).sort(), ['code', 'message', 'request_id']);
  t.notMatch(JSON.stringify(body), /secret/);
});

t.test('bodies that are no JSON, too large or of another type', async (t) => {
  const { app } = await build(t);
  const send = (payload: string, type = 'application/json') =>
    app.inject({
      method: 'POST',
      url: '/v1/predictions',
      payload,
      headers: { 'content-type': type, 'x-api-key': 'test-key' },
    });
  t.equal((await send('{')).statusCode, 400);
  t.equal((await send('')).statusCode, 400);
  t.equal((await send('<a/>', 'text/xml')).statusCode, 415);
  const large = await send(JSON.stringify({ text: 'x'.repeat(1_100_000) }));
  t.equal(large.statusCode, 413);
  t.equal(large.json().error.code, 'payload_too_large');
});
