import t from 'tap';
import { build, CLIENT } from '../build.ts';

const MODEL = { model_name: 'credit-default' };

t.test('each case has its own answer or error, in order, and what is answered is kept', async (t) => {
  const { call, records } = await build(t);
  await call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  const { status, body } = await call('POST', '/v1/predictions/batch', {
    model: MODEL,
    predictions: [
      { client: { id: 1 }, reference: 'first' },
      { client: { id: 'nobody' } },
      { client: { id: 'new' }, features: CLIENT },
      { client: { id: 1 }, features: { AGE: 'old' } },
      { client: { id: 1 } },
    ],
  });
  t.equal(status, 200);
  t.same(
    body.predictions.map((one: { error?: { code: string } }) => one.error?.code ?? 'answered'),
    ['answered', 'client_not_found', 'answered', 'invalid_features', 'answered'],
  );
  t.ok(body.predictions[1].error.details.some(({ field }: { field: string }) => field === 'features.AGE'));
  t.notOk('request_id' in body.predictions[1].error);
  const kept = (await records()).predictions;
  t.same(
    kept.map(({ event_id }) => event_id).sort(),
    [0, 2, 4].map((i) => body.predictions[i].event_id).sort(),
  );
  t.equal(kept.find(({ event_id }) => event_id === body.predictions[0].event_id)?.reference, 'first');
});

t.test('1,000 cases share calls: the clients are read in hundreds, the same one once', async (t) => {
  const { call, records, client } = await build(t);
  for (const id of [1, 2, 3]) await call('PUT', `/v1/features/credit-default/${id}`, { values: CLIENT });
  const reads: number[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'BatchGetItemCommand')
          reads.push(
            (args.input as { RequestItems: { features: { Keys: unknown[] } } }).RequestItems.features.Keys
              .length,
          );
        return next(args);
      },
    { step: 'initialize' },
  );
  const predictions = Array.from({ length: 1_000 }, (_, i) => ({ client: { id: (i % 3) + 1 } }));
  const { status, body } = await call('POST', '/v1/predictions/batch', { model: MODEL, predictions });
  t.equal(status, 200);
  t.equal(body.predictions.filter((one: object) => 'event_id' in one).length, 1_000);
  t.same(reads, Array(10).fill(3));
  t.equal(new Set((await records()).predictions.map(({ event_id }) => event_id)).size, 1_000);
});

t.test('a batch that breaks its schema is refused whole, and names the field', async (t) => {
  const { call, records } = await build(t);
  const cases: [object, string][] = [
    [{ model: MODEL, predictions: [] }, 'predictions'],
    [{ model: MODEL, predictions: Array(1_001).fill({ client: { id: 1 } }) }, 'predictions'],
    [{ model: MODEL, predictions: [{ client: { id: 1 } }, {}] }, 'predictions.1.client'],
    [{ predictions: [{ client: { id: 1 } }] }, 'model'],
  ];
  for (const [request, field] of cases) {
    const { status, body } = await call('POST', '/v1/predictions/batch', request);
    t.equal(status, 400);
    t.ok(
      body.error.details.some((detail: { field: string }) => detail.field === field),
      `${field}: ${body.error.message}`,
    );
  }
  t.same((await records()).predictions, []);
});
