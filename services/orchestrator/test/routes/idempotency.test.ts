import t, { type Test } from 'tap';
import { build, CLIENT, KEY } from '../build.ts';

const ROUTE = '/v1/predictions';
const BATCH = `${ROUTE}/batch`;
const model = { model_name: 'credit-default' };
const ask = (id = 'a') => ({ model, client: { id } });

/** Two replicas on one DynamoDB that knows the client `a`. */
async function replicas(t: Test, { deadlineMs = 2_000 } = {}) {
  const one = await build(t, { deadlineMs });
  const other = await build(t, { deadlineMs, dynamoDb: one.dynamoDb });
  await one.call('PUT', '/v1/features/credit-default/a', { values: CLIENT });
  const post = async ({ app }: typeof one, key: string, payload: object = ask(), url = ROUTE) => {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: { 'x-api-key': KEY, 'idempotency-key': key },
      payload,
    });
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, json: answer.json() };
  };
  return { one, other, post };
}

t.test('the answer is given again byte for byte, by any replica, and is recorded once', async (t) => {
  const { one, other, post } = await replicas(t);
  const first = await post(one, 'k-1');
  t.equal(first.status, 200);
  t.notOk('idempotent-replayed' in first.headers);
  const plain = await one.app.inject({
    method: 'POST',
    url: ROUTE,
    headers: { 'x-api-key': KEY },
    payload: ask(),
  });
  t.equal(first.headers['content-type'], plain.headers['content-type']);
  t.strictSame(Object.keys(first.json), Object.keys(plain.json()), 'it looks as without a key');
  for (const replica of [one, other]) {
    const again = await post(replica, 'k-1');
    t.equal(again.text, first.text);
    t.equal(again.status, 200);
    t.equal(again.headers['idempotent-replayed'], 'true');
    t.equal(again.headers['content-type'], first.headers['content-type']);
  }
  t.not((await post(one, 'k-2')).json.event_id, first.json.event_id, 'another key is another event');
  t.equal((await one.records()).predictions.length, 3);
  t.equal((await other.records()).predictions.length, 0);
});

t.test('of many at once on two replicas one is done; the others are told to wait', async (t) => {
  const { one, other, post } = await replicas(t);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => post(i % 2 ? one : other, 'same')));
  const done = answers.filter(({ status }) => status === 200);
  const waiting = answers.filter(({ status }) => status !== 200);
  t.equal(done.filter(({ headers }) => !('idempotent-replayed' in headers)).length, 1);
  const [event] = new Set(done.map(({ json }) => json.event_id));
  t.ok(waiting.length > 0);
  for (const { status, json, headers } of waiting) {
    t.equal(status, 409);
    t.equal(json.error.code, 'idempotency_key_in_use');
    t.match(headers['retry-after'], /^[12]$/);
  }
  const kept = [await one.records(), await other.records()].flatMap(({ predictions }) => predictions);
  t.strictSame(
    kept.map(({ event_id }) => event_id),
    [event],
  );
});

t.test('another body or route under the same key is refused; so is what is no key', async (t) => {
  const { one, other, post } = await replicas(t);
  await post(one, 'k');
  t.match(await post(other, 'k', ask('b')), {
    status: 422,
    json: { error: { code: 'idempotency_key_reused' } },
  });
  t.equal((await post(one, 'k', { model, predictions: [{ client: { id: 'a' } }] }, BATCH)).status, 422);
  for (const key of ['', ' ', 'x'.repeat(256), 'a b'])
    t.equal((await post(one, key)).status, 400, `${JSON.stringify(key)} is no key`);
});

t.test('what certainly left no record is forgotten: the key may come with a better request', async (t) => {
  const { one, other, post } = await replicas(t);
  t.equal((await post(one, 'k', ask('nobody'))).status, 404);
  t.equal((await post(other, 'k')).status, 200);
});

t.test('a try that ran out of time is done again at once, as the same event', async (t) => {
  const { one, other, post } = await replicas(t, { deadlineMs: 1_000 });
  const events: string[] = [];
  const append = one.log.appendPrediction;
  one.log.appendPrediction = (record) => {
    events.push(record.event_id);
    return new Promise(() => {});
  };
  t.equal((await post(one, 'k')).status, 504);
  one.log.appendPrediction = append;
  const retried = await post(other, 'k');
  t.equal(retried.status, 200);
  t.strictSame(events, [retried.json.event_id]);
});

t.test('a thousand answers of a batch are kept too; each case is an event of its own', async (t) => {
  const { one, other, post } = await replicas(t, { deadlineMs: 20_000 });
  const many = { model, predictions: Array.from({ length: 1_000 }, () => ({ client: { id: 'a' } })) };
  const first = await post(one, 'k', many, BATCH);
  t.equal(first.status, 200);
  t.equal(new Set(first.json.predictions.map((one: { event_id: string }) => one.event_id)).size, 1_000);
  const again = await post(other, 'k', many, BATCH);
  t.equal(again.headers['idempotent-replayed'], 'true');
  t.equal(again.text, first.text);
});

t.test('a table that does not answer: 503 before anything is begun', async (t) => {
  const { one, post } = await replicas(t, { deadlineMs: 500 });
  await one.dynamoDb.close();
  const refused = await post(one, 'k');
  t.match(refused, { status: 503, json: { error: { code: 'idempotency_unavailable' } } });
  t.equal(one.models.asked.length, 0);
});
