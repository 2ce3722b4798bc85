import t from 'tap';
import { signatureOf } from '../../src/features/signature.ts';
import { makeVectorizer } from '../../src/features/vector.ts';
import { CLIENT_VIEW, MERCHANT_VIEW, VOCABULARIES } from './views.ts';

const views = [CLIENT_VIEW, MERCHANT_VIEW];
const vectorize = makeVectorizer(views, VOCABULARIES);
const WHOLE = { income: 300.1, sex: 2, children: 3, owner: true, job: 'smith', turnover: 5 };

t.test('the signature: columns in view order without protected ones, then the derived', async (t) => {
  t.same(
    signatureOf(views).map(({ name, kind, view }) => [name, kind, view]),
    [
      ['income', 'column', 'client'],
      ['children', 'column', 'client'],
      ['owner', 'column', 'client'],
      ['owner__missing', 'indicator', 'client'],
      ['job', 'column', 'client'],
      ['turnover', 'column', 'merchant'],
      ['income_per_child', 'derived', 'client'],
      ['log_income_per_child', 'derived', 'client'],
      ['share', 'derived', 'merchant'],
    ],
  );
});

t.test('the vector is in signature order, in float32, and says nothing is missing', async (t) => {
  const made = vectorize(WHOLE);
  const expected = [300.1, 3, 1, 0, 3, 5, 300.1 / 4, Math.log1p(300.1 / 4), 1];
  t.same([...made.vector], expected.map(Math.fround));
  t.same(made.protected, { sex: 2 });
  t.same([made.missing, made.missingRequired, made.outOfRange], [[], [], []]);
});

t.test('missing: defaults stand in, the indicator says so, and required ones are named', async (t) => {
  const made = vectorize({ turnover: 5, income: null });
  t.same(made.missing, ['income', 'children', 'owner', 'job']);
  t.same(made.missingRequired, ['income']);
  t.same(
    [...made.vector].slice(1, 5),
    [2, 0, 1, 2],
    "children's default, owner's default and its indicator, job's word",
  );
  t.same(made.protected, {}, 'an absent protected column is absent, not a default');
});

t.test('a word that the vocabulary lacks is 0', async (t) => {
  t.equal(vectorize({ ...WHOLE, job: 'astronaut' }).vector[4], 0);
  t.equal(makeVectorizer(views, {})(WHOLE).vector[4], 0);
});

t.test('values out of range are used and named, protected ones too', async (t) => {
  const made = vectorize({ ...WHOLE, income: 2000, children: -1, sex: 9 });
  t.same(made.outOfRange, ['income', 'children', 'sex']);
  t.equal(made.vector[0], 2000);
});

t.test('nothing that is not finite reaches the graph', async (t) => {
  const made = vectorize({ ...WHOLE, income: 3.3e38, children: -1 });
  t.ok([...made.vector].every(Number.isFinite));
  const huge = makeVectorizer(
    [{ ...MERCHANT_VIEW, derived: [{ name: 'twice', op: 'sum', inputs: ['turnover', 'turnover'] }] }],
    {},
  )({ turnover: 3e38 });
  t.ok([...huge.vector].every(Number.isFinite), 'a sum beyond float32 is clamped');
});
