import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import t from 'tap';
import { reasonChooser } from '../../../src/inference/explain/reasons.ts';

const text = (name: string) => ({ raises: `${name} is bad`, lowers: `${name} is good` });

function manifest(kinds: Record<string, 'column' | 'indicator' | 'derived'>, texts?: Manifest['reasons']) {
  const features = Object.entries(kinds).map(([name, kind]) => ({ name, kind, view: 'v', dtype: 'double' }));
  const reasons = texts ?? Object.fromEntries(features.map(({ name }) => [name, text(name)]));
  return { signature: { inputs: [], outputs: [], features }, reasons } as unknown as Manifest;
}
const names = (reasons: readonly { feature: string }[]) => reasons.map(({ feature }) => feature);

t.test('the strongest in the direction of the answer come first', async (t) => {
  const choose = reasonChooser(manifest({ a: 'column', b: 'column', c: 'column', d: 'derived' }));
  const attributions = [0.1, -2, 1, 0.5];
  t.strictSame(choose(attributions, [1, 1, 1, 1], 'raises', 2), [
    { feature: 'c', text: 'c is bad' },
    { feature: 'd', text: 'd is bad' },
  ]);
  t.strictSame(choose(attributions, [1, 1, 1, 1], 'lowers', 2), [{ feature: 'b', text: 'b is good' }]);
});

t.test('nothing that pushed the other way, or not at all, is a reason', async (t) => {
  const choose = reasonChooser(manifest({ a: 'column', b: 'column', c: 'column' }));
  t.strictSame(names(choose([0, -1, 1], [1, 1, 1], 'raises', 4)), ['c']);
  t.strictSame(choose([0, -1, -1], [1, 1, 1], 'raises', 4), []);
  t.strictSame(choose([Number.NaN, Number.NaN, Number.NaN], [1, 1, 1], 'lowers', 4), []);
});

t.test('of equals the first in the signature comes first', async (t) => {
  const choose = reasonChooser(manifest({ a: 'column', b: 'column', c: 'column' }));
  t.strictSame(names(choose([1, 2, 1], [1, 1, 1], 'raises', 3)), ['b', 'a', 'c']);
});

t.test('a column and its indicator are one reason, in words that are true', async (t) => {
  const choose = reasonChooser(manifest({ income: 'column', income__missing: 'indicator', age: 'column' }));
  const attributions = [0.4, 0.4, 0.5];
  t.strictSame(names(choose(attributions, [900, 0, 30], 'raises', 3)), ['income', 'age'], 'it was there');
  t.strictSame(
    names(choose(attributions, [0, 1, 30], 'raises', 3)),
    ['income__missing', 'age'],
    'it was not',
  );
  t.strictSame(
    names(choose([0.4, -0.6, 0], [0, 1, 30], 'lowers', 3)),
    ['income__missing'],
    'their sum decides',
  );
});

t.test('a column of any name that ends like an indicator is a column', async (t) => {
  const choose = reasonChooser(manifest({ a: 'column', a__missing: 'column' }));
  t.strictSame(names(choose([1, 2], [1, 1], 'raises', 3)), ['a__missing', 'a']);
});

t.test('no text is said twice; without a text the name is said', async (t) => {
  const choose = reasonChooser(
    manifest({ a: 'column', b: 'column', c: 'column' }, { a: text('both'), b: text('both') }),
  );
  t.strictSame(choose([1, 2, 0.5], [1, 1, 1], 'raises', 3), [
    { feature: 'b', text: 'both is bad' },
    { feature: 'c', text: 'c' },
  ]);
});
