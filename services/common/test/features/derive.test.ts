import t from 'tap';
import type { DerivedColumn } from '../../src/contracts/feature-view.ts';
import { derive } from '../../src/features/derive.ts';

const values: Record<string, number> = { a: 6, b: -3, c: 0, d: 1.5 };
const of = (column: Omit<DerivedColumn, 'name'>) =>
  derive({ name: 'x', ...column } as DerivedColumn, (name) => values[name] ?? Number.NaN);

t.test('every operation of the closed set', async (t) => {
  t.equal(of({ op: 'ratio', inputs: ['a', 'b'] }), -2);
  t.equal(of({ op: 'ratio', inputs: ['a', 'b'], absolute: true } as never), 2);
  t.equal(of({ op: 'ratio', inputs: ['a', 'b'], absolute: true, offset: 1 } as never), 1.5);
  t.equal(of({ op: 'ratio', inputs: ['a', 'c'] }), 0, 'a zero denominator gives 0');
  t.equal(of({ op: 'difference', inputs: ['a', 'b'] }), 9);
  t.equal(of({ op: 'sum', inputs: ['a', 'b', 'd'] }), 4.5);
  t.equal(of({ op: 'mean', inputs: ['a', 'b'] }), 1.5);
  t.equal(of({ op: 'min', inputs: ['a', 'b', 'c'] }), -3);
  t.equal(of({ op: 'max', inputs: ['a', 'b', 'c'] }), 6);
  t.equal(of({ op: 'count_above', inputs: ['a', 'b', 'c'], threshold: -1 } as never), 2);
  t.equal(of({ op: 'log1p', inputs: ['b'] }), -Math.log(4));
});
