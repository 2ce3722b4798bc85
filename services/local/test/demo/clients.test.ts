import { checkValues } from '@tristore/common/features/check-values.ts';
import { openRegistry } from '@tristore/common/registry/open-registry.ts';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { sampleRankCorrelation } from 'simple-statistics';
import t from 'tap';
import { syntheticClients } from '../../src/demo/clients.ts';
import { BILL, COLUMNS, PAYMENT } from '../../src/demo/columns.ts';
import { ARTIFACTS } from './artifacts.ts';

const many = syntheticClients(5000, 3);
/** Spearman's rho on the real file. */
const RANK_CORRELATIONS = [
  ['BILL_AMT1', 'BILL_AMT2', 0.91],
  ['BILL_AMT1', 'BILL_AMT6', 0.73],
  ['PAY_0', 'PAY_2', 0.63],
  ['PAY_2', 'PAY_6', 0.64],
  ['PAY_0', 'BILL_AMT1', 0.32],
  ['LIMIT_BAL', 'PAY_0', -0.3],
  ['LIMIT_BAL', 'PAY_AMT1', 0.27],
  ['LIMIT_BAL', 'AGE', 0.19],
  ['LIMIT_BAL', 'EDUCATION', -0.26],
  ['AGE', 'MARRIAGE', -0.46],
  ['PAY_AMT1', 'BILL_AMT2', 0.63],
  ['PAY_AMT1', 'PAY_AMT2', 0.51],
] as const;

const column = (name: string): number[] => many.map(({ values }) => values[name] as number);

t.test(
  'the same seed gives the same clients, a larger count begins with them, another seed gives others',
  async (t) => {
    const clients = syntheticClients(50, 1);
    t.same(syntheticClients(50, 1), clients);
    t.same(syntheticClients(80, 1).slice(0, 50), clients);
    t.not(JSON.stringify(syntheticClients(50, 2)), JSON.stringify(clients));
    t.same(
      clients.map(({ id }) => id),
      Array.from({ length: 50 }, (_, i) => String(i + 1)),
    );
  },
);

t.test('every value passes the view, is an integer and within its range', async (t) => {
  const manifest = await readManifest(await openRegistry(ARTIFACTS), 'credit-default', '1');
  const [view] = manifest.feature_views;
  if (!view) throw new Error('the model has no view');
  t.same(
    view.columns.map(({ name }) => name),
    COLUMNS,
  );
  for (const { values } of many) checkValues(view, values);
  for (const { name, range } of view.columns) {
    const values = column(name);
    t.ok(values.every(Number.isInteger), name);
    t.notOk(
      values.some((value) => Object.is(value, -0)),
      `${name} has no -0`,
    );
    t.ok(Math.min(...values) >= (range?.min ?? -Infinity), `${name} from ${Math.min(...values)}`);
    t.ok(Math.max(...values) <= (range?.max ?? Infinity), `${name} to ${Math.max(...values)}`);
  }
});

t.test('columns are tied to one another as in the real data', async (t) => {
  // Spearman's rho on the real file; 5,000 clients and the fit leave an error of some hundredths
  for (const [a, b, rho] of RANK_CORRELATIONS) {
    const found = sampleRankCorrelation(column(a), column(b));
    t.ok(Math.abs(found - rho) < 0.07, `${a} and ${b}: ${found.toFixed(3)}, really ${rho}`);
  }
});

t.test('who defaults was late more often, as in the real data', async (t) => {
  const shareOf = (late: boolean) => {
    const group = many.filter(({ values }) => (values['PAY_0'] as number) >= 2 === late);
    return group.filter(({ label }) => label === 1).length / group.length;
  };
  t.ok(Math.abs(shareOf(true) - 0.696) < 0.05, `late: ${shareOf(true)}`);
  t.ok(Math.abs(shareOf(false) - 0.167) < 0.03, `others: ${shareOf(false)}`);
});

t.test('every client moved some money, so none is so plain as to be somebody', async (t) => {
  const moved = many.filter(({ values }) => [...BILL, ...PAYMENT].some((name) => values[name] !== 0));
  t.equal(moved.length, many.length);
});
