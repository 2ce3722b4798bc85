import t from 'tap';
import type { FeatureView } from '../../src/contracts/feature-view.ts';
import { checkValues } from '../../src/features/check-values.ts';
import { checkEvolution, checkView } from '../../src/features/check-view.ts';
import { CLIENT_VIEW } from './views.ts';

const fieldsOf = (details: { field: string }[]) => details.map(({ field }) => field);
const [income, sex, children] = CLIENT_VIEW.columns as [
  FeatureView['columns'][0],
  FeatureView['columns'][0],
  FeatureView['columns'][0],
];

t.test('a sound view has no faults', async (t) => {
  t.same(checkView(CLIENT_VIEW), []);
});

t.test('what the schema cannot say', async (t) => {
  const faults = (change: Partial<FeatureView>) =>
    fieldsOf(checkView({ ...CLIENT_VIEW, derived: [], ...change }));
  t.same(faults({ columns: [income, income] }), ['columns/1/name']);
  t.same(faults({ columns: [{ ...children, default: 1.5 }] }), ['columns/0/default']);
  t.same(faults({ columns: [{ name: 'x', dtype: 'double', on_missing: 'indicator' }] }), [
    'columns/0/default',
  ]);
  t.same(faults({ columns: [{ ...income, range: { min: 2, max: 1 } }] }), ['columns/0/range']);
  t.same(
    faults({ columns: [income, sex], derived: [{ name: 'd', op: 'log1p', inputs: ['sex'] }] }),
    ['derived/0/inputs'],
    'a protected column never reaches the vector',
  );
  t.same(
    faults({
      derived: [
        { name: 'a', op: 'log1p', inputs: ['b'] },
        { name: 'b', op: 'log1p', inputs: ['income'] },
      ],
    }),
    ['derived/0/inputs'],
  );
  t.same(faults({ derived: [{ name: 'owner__missing', op: 'log1p', inputs: ['income'] }] }), [
    'derived/0/name',
  ]);
});

t.test('a view evolves only compatibly', async (t) => {
  const change = (columns: FeatureView['columns'], more = {}) =>
    fieldsOf(checkEvolution(CLIENT_VIEW, { ...CLIENT_VIEW, columns, ...more }));
  const { columns } = CLIENT_VIEW;
  t.same(change(columns.map((column) => ({ ...column, description: 'new words' }))), []);
  t.same(change([...columns, { name: 'new', dtype: 'double', on_missing: 'default', default: 0 }]), []);
  t.same(change([...columns, { name: 'new', dtype: 'double', on_missing: 'required' }]), [
    'columns/5/default',
  ]);
  t.same(change(columns.slice(1)), ['columns']);
  t.same(change([{ ...income, dtype: 'integer' }, ...columns.slice(1)]), ['columns/0/dtype']);
  t.same(change([{ ...income, protected: true }, ...columns.slice(1)]), ['columns/0/protected']);
  t.same(change(columns, { entity: 'house' }), ['entity']);
});

t.test('values are checked column by column', async (t) => {
  const good = checkValues(CLIENT_VIEW, { income: 1.5, children: 2, owner: false, job: 'x', sex: null });
  t.same(good, { details: [], outOfRange: [] });
  const bad = { income: '1', children: 2.5, owner: 1, job: true, colour: 1 };
  t.same(fieldsOf(checkValues(CLIENT_VIEW, bad).details), [
    'values.income',
    'values.children',
    'values.owner',
    'values.job',
    'values.colour',
  ]);
  t.match(checkValues(CLIENT_VIEW, { income: 1e39 }).details, [{ problem: /float32/ }]);
  t.same(checkValues(CLIENT_VIEW, { income: -1, children: 0 }).outOfRange, ['income']);
});
