import fc from 'fast-check';
import t from 'tap';
import { shortestDecimal } from '../../../src/routes/tensors/decimal.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

t.test('is this float32 again, in as few digits as printing finds', async (t) => {
  fc.assert(
    fc.property(float32, (x) => {
      const decimal = shortestDecimal(x);
      if (x === 0) return decimal === 0;
      const shortest = [6, 7, 8, 9]
        .map((digits) => Number(x.toPrecision(digits)))
        .find((candidate) => Math.fround(candidate) === x);
      return Math.fround(decimal) === x && String(decimal).length <= String(shortest).length;
    }),
    { numRuns: 20_000 },
  );
  t.equal(String(shortestDecimal(Math.fround(0.1))), '0.1');
  t.equal(String(shortestDecimal(Math.fround(-3e38))), '-3e+38');
  t.equal(String(shortestDecimal(Math.fround(16_777_217))), '16777216');
});
