import t from 'tap';
import { halving } from '../../src/coalescing/halving.ts';

class Refused extends Error {}
const signal = AbortSignal.timeout(60_000);

/** Refuses a batch with a negative item whole, as a service does that validates before it works. */
function build() {
  const calls: number[][] = [];
  const call = halving<number, number>(
    async (items) => {
      calls.push([...items]);
      if (items.some((item) => item < 0)) throw new Refused(`${items}`);
      if (items.includes(0)) throw new Error('away');
      return items.map((item) => ({ result: item * 10 }));
    },
    (error) => error instanceof Refused,
  );
  return { call, calls };
}

t.test('a bad item is found by halving, and its neighbours have their results', async (t) => {
  const { call, calls } = build();
  const outcomes = await call([1, 2, -3, 4, 5, 6, -7, 8], signal);
  t.match(outcomes, [
    { result: 10 },
    { result: 20 },
    { error: { message: '-3' } },
    { result: 40 },
    { result: 50 },
    { result: 60 },
    { error: { message: '-7' } },
    { result: 80 },
  ]);
  t.ok(calls.length <= 2 * 2 * 3 + 1, `${calls.length} calls for two bad items of eight`);
});

t.test('a good batch is one call', async (t) => {
  const { call, calls } = build();
  t.same(await call([1, 2], signal), [{ result: 10 }, { result: 20 }]);
  t.equal(calls.length, 1);
});

t.test('the other side’s own fault is not searched for in the items', async (t) => {
  const { call, calls } = build();
  await t.rejects(call([1, 0, 2], signal), { message: 'away' });
  t.equal(calls.length, 1);
});
