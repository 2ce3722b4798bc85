import t, { type Test } from 'tap';
import { build } from '../build.ts';

const amount = { name: 'amount', dtype: 'double', on_missing: 'required' };
const country = { name: 'country', dtype: 'string', on_missing: 'default', default: 'TW' };
const VIEW = { name: 'merchant', entity: 'merchant', columns: [amount], derived: [] };
const PATH = '/v1/feature-views/merchant';
const ROW = '/v1/features/merchant/m-1';

/** Two replicas on one DynamoDB; the second is closed first. */
async function replicas(t: Test) {
  const first = await build(t);
  const second = await build(t, { dynamoDb: first.dynamoDb });
  return [first, second] as const;
}

/** Lets time pass, as views are kept for five seconds. */
function later(t: Test, ms: number): void {
  const now = Date.now;
  Date.now = () => now() + ms;
  t.teardown(() => {
    Date.now = now;
  });
}

t.test('a new view is there at once on every replica', async (t) => {
  const [first, second] = await replicas(t);
  t.equal((await second.call('GET', PATH)).status, 404);
  t.equal((await first.call('PUT', PATH, VIEW)).status, 201);
  t.same((await second.call('GET', PATH)).body, VIEW);
  t.equal((await second.call('PUT', ROW, { values: { amount: 1 } })).status, 200);
  t.equal((await first.call('GET', ROW)).body.values.amount, 1);
});

t.test('a change of a view shows at once where it was made, and within five seconds elsewhere', async (t) => {
  const [first, second] = await replicas(t);
  await first.call('PUT', PATH, VIEW);
  t.same((await second.call('GET', PATH)).body, VIEW);
  const wider = { ...VIEW, columns: [amount, country] };
  t.equal((await first.call('PUT', PATH, wider)).status, 200);
  t.same((await first.call('GET', PATH)).body, wider);
  const values = { amount: 1, country: 'DE' };
  t.equal((await first.call('PUT', ROW, { values })).status, 200);
  later(t, 5_000);
  t.same((await second.call('GET', PATH)).body, wider);
  t.equal((await second.call('PUT', ROW, { values })).status, 200);
});

t.test('a change is judged by what the view is, not by what the replica last saw', async (t) => {
  const [first, second] = await replicas(t);
  await first.call('PUT', PATH, VIEW);
  await second.call('GET', PATH);
  const wider = { ...VIEW, columns: [amount, country] };
  await first.call('PUT', PATH, wider);
  const narrow = await second.call('PUT', PATH, VIEW);
  t.equal(narrow.body.error.details[0].problem, 'country cannot be removed');
  const described = { ...wider, description: 'what is known of a merchant' };
  t.equal((await second.call('PUT', PATH, described)).status, 200);
});

t.test('of two changes at once one wins, and the other is told', async (t) => {
  const [first, second] = await replicas(t);
  await first.call('PUT', PATH, VIEW);
  const put = (replica: typeof first, description: string) =>
    replica.call('PUT', PATH, { ...VIEW, description });
  const statuses: number[] = [];
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all([put(first, `a${round}`), put(second, `b${round}`)]);
    statuses.push(...answers.map(({ status }) => status));
    const kept = (await first.call('GET', PATH)).body.description;
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body.description);
    t.ok(won.includes(kept), `${kept} is one of ${won}`);
  }
  t.ok(statuses.every((status) => status === 200 || status === 400));
});

t.test(
  'a row that one replica caches is cleared by a write through it, and shows elsewhere at once',
  async (t) => {
    const [first, second] = await replicas(t);
    await first.call('PUT', PATH, { ...VIEW, cache_ttl_seconds: 3_600 });
    await first.call('PUT', ROW, { values: { amount: 1 } });
    // the first read of a view looks at its definition beside itself, the second keeps the row
    for (let i = 0; i < 3; i++) t.equal((await second.call('GET', ROW)).body.values.amount, 1);
    await first.call('PUT', ROW, { values: { amount: 2 } });
    t.equal((await first.call('GET', ROW)).body.values.amount, 2);
    t.equal((await second.call('GET', ROW)).body.values.amount, 1, 'as it was read, for an hour at most');
    await second.call('DELETE', ROW);
    t.equal((await second.call('GET', ROW)).status, 404);
    t.equal((await first.call('GET', ROW)).status, 404);
    const metrics = await second.app.inject({ url: '/metrics', headers: { 'x-api-key': 'test-key' } });
    const [, hits = '0'] = /feature_cache_reads_total\{result="hit"\} (\d+)/.exec(metrics.body) ?? [];
    t.ok(Number(hits) >= 2, hits);
  },
);
