import t from 'tap';
import { build, CLIENT } from '../build.ts';

const ROW = '/v1/features/credit-default/7';

t.test('a row is written, read, replaced and deleted', async (t) => {
  const { call } = await build(t);
  const event_time = '2026-01-01T00:00:00.000Z';
  const written = await call('PUT', ROW, { event_time, values: CLIENT });
  t.same(written.body, { view: 'credit-default', id: '7', written: true, event_time, out_of_range: [] });
  const read = await call('GET', ROW);
  t.same(read.body.values, CLIENT);
  t.equal(read.body.event_time, event_time);
  t.equal((await call('DELETE', ROW)).status, 204);
  t.equal((await call('GET', ROW)).body.error.code, 'features_not_found');
  t.equal((await call('DELETE', ROW)).status, 404);
});

t.test('an older event_time never overwrites a newer one', async (t) => {
  const { call } = await build(t);
  const newer = '2026-06-01T00:00:00.000Z';
  await call('PUT', ROW, { event_time: newer, values: { AGE: 40 } });
  const late = await call('PUT', ROW, { event_time: '2026-05-31T23:59:59+00:00', values: { AGE: 39 } });
  t.same([late.status, late.body.written, late.body.event_time], [200, false, newer]);
  t.same((await call('GET', ROW)).body.values, { AGE: 40 });
  const same = await call('PUT', ROW, { event_time: newer, values: { AGE: 41 } });
  t.equal(same.body.written, true, 'the same time may correct itself');
});

t.test('unknown columns and wrong types are refused column by column, and nothing is written', async (t) => {
  const { call } = await build(t);
  const { status, body } = await call('PUT', ROW, { values: { AGE: 'old', COLOUR: 1, LIMIT_BAL: 1000 } });
  t.equal(status, 400);
  t.equal(body.error.code, 'invalid_features');
  t.same(
    body.error.details.map((detail: { field: string }) => detail.field),
    ['values.AGE', 'values.COLOUR'],
  );
  t.equal((await call('GET', ROW)).status, 404);
});

t.test('a value out of range is kept and reported', async (t) => {
  const { call } = await build(t);
  const { body } = await call('PUT', ROW, { values: { AGE: 400 } });
  t.same(body.out_of_range, ['AGE']);
  t.same((await call('GET', ROW)).body.values, { AGE: 400 });
});

t.test('a batch is checked whole before its first row is written', async (t) => {
  const { call } = await build(t);
  const bad = {
    rows: [
      { id: 1, values: { AGE: 30 } },
      { id: 2, values: { AGE: false } },
    ],
  };
  const refused = await call('POST', '/v1/features/credit-default/batch', bad);
  t.equal(refused.status, 400);
  t.same(refused.body.error.details[0].field, 'rows.1.values.AGE');
  t.equal((await call('GET', '/v1/features/credit-default/1')).status, 404);
  const good = {
    rows: [
      { id: 1, values: { AGE: 30 } },
      { id: 'two', values: { AGE: 31 } },
    ],
  };
  const { body } = await call('POST', '/v1/features/credit-default/batch', good);
  t.same(
    body.rows.map((row: { id: string; written: boolean }) => [row.id, row.written]),
    [
      ['1', true],
      ['two', true],
    ],
  );
});

t.test('an unknown view is 404', async (t) => {
  const { call } = await build(t);
  for (const method of ['GET', 'DELETE'] as const)
    t.equal((await call(method, '/v1/features/no-such/1')).body.error.code, 'view_not_found');
  t.equal((await call('PUT', '/v1/features/no-such/1', { values: {} })).body.error.code, 'view_not_found');
});

t.test('views are listed, made and evolved; an incompatible change is refused', async (t) => {
  const { call } = await build(t);
  const column = { name: 'amount', dtype: 'double', on_missing: 'required' };
  const view = { name: 'merchant', entity: 'merchant', columns: [column], derived: [] };
  t.equal((await call('PUT', '/v1/feature-views/merchant', view)).status, 201);
  t.same((await call('GET', '/v1/feature-views/merchant')).body, view);
  const names = (await call('GET', '/v1/feature-views')).body.feature_views.map(
    (v: { name: string }) => v.name,
  );
  t.same(names, ['credit-default', 'merchant']);

  const country = { name: 'country', dtype: 'string', on_missing: 'default' };
  const refused = await call('PUT', '/v1/feature-views/merchant', { ...view, columns: [column, country] });
  t.equal(refused.status, 400);
  t.same(refused.body.error.details[0].field, 'columns/1/default');
  const wider = { ...view, columns: [column, { ...country, default: 'TW' }] };
  t.equal((await call('PUT', '/v1/feature-views/merchant', wider)).status, 200);
  t.equal(
    (await call('PUT', '/v1/features/merchant/m-1', { values: { amount: 1.5, country: 'DE' } })).body.written,
    true,
  );
  t.equal(
    (await call('PUT', '/v1/feature-views/merchant', view)).body.error.code,
    'invalid_view',
    'a column cannot go',
  );
  t.equal((await call('PUT', '/v1/feature-views/other', view)).body.error.details[0].field, 'name');
  t.equal((await call('GET', '/v1/feature-views/none')).status, 404);
});
