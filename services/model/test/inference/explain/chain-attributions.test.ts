import t from 'tap';
import { chainAttributions } from '../../../src/inference/explain/chain-attributions.ts';
import { OPEN, randomLayer, riemann, seeded, valueAndGradient, worst } from './networks.ts';

const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((a, b) => a + b, 0);

t.test('a logistic regression: w_i (x_i - reference_i), exactly', async (t) => {
  const random = seeded(1);
  const layer = randomLayer(random, 6, 1, OPEN);
  const reference = Array.from({ length: 6 }, random);
  const row = Array.from({ length: 6 }, random);
  const expected = row.map((x, i) => (layer.kernel[i] ?? 0) * (x - (reference[i] ?? 0)));
  t.ok(worst(chainAttributions([layer], reference)(row), expected) < 1e-15);
});

t.test('one ReLU whose corner lies on the path', async (t) => {
  // relu(x - 1): of the way from 0 to 4 three quarters have the slope 1
  const relu = { inputs: 1, units: 1, kernel: Float64Array.of(1), bias: Float64Array.of(-1), lower: 0 };
  const chain = [{ ...relu, upper: Number.POSITIVE_INFINITY }];
  t.equal(chainAttributions(chain, [0])([4])[0], 3);
  t.equal(chainAttributions(chain, [4])([0])[0], -3);
  t.equal(chainAttributions(chain, [0])([0.5])[0], 0, 'never entered');
  t.equal(chainAttributions([{ ...relu, upper: 2 }], [0])([4])[0], 2, 'and left at its upper bound');
});

t.test('deep networks: a Riemann sum of 20,000 steps in float64 agrees, and they are complete', async (t) => {
  const architectures: [number, number][][] = [
    [[0, Number.POSITIVE_INFINITY], OPEN],
    [[0, 1], [0, Number.POSITIVE_INFINITY], [0, Number.POSITIVE_INFINITY], OPEN, OPEN],
    [OPEN, [0, 6], [0, 0.5], OPEN],
  ];
  for (const [seed, bounds] of architectures.entries()) {
    const random = seeded(seed + 10);
    const widths = [4, ...bounds.slice(1).map((_, k) => 12 - 2 * k), 1];
    const chain = bounds.map((bound, k) => randomLayer(random, widths[k] ?? 0, widths[k + 1] ?? 0, bound));
    const reference = Array.from({ length: 4 }, random);
    const attribute = chainAttributions(chain, reference);
    for (let k = 0; k < 3; k++) {
      const row = Array.from({ length: 4 }, () => 3 * random());
      const actual = attribute(row);
      const difference = valueAndGradient(chain, row).value - valueAndGradient(chain, reference).value;
      t.ok(Math.abs(sum(actual) - difference) < 1e-12, `complete: ${sum(actual)} is ${difference}`);
      const expected = riemann((x) => valueAndGradient(chain, x).gradient, reference, row, 20_000);
      // each corner may fall anywhere in a step of the sum
      t.ok(worst(actual, expected) < 1e-3, `${worst(actual, expected)}`);
    }
  }
});

t.test('many corners at one place, and a path along a corner', async (t) => {
  const random = seeded(3);
  const first = randomLayer(random, 2, 8, [0, Number.POSITIVE_INFINITY]);
  first.kernel.fill(1);
  first.bias.fill(-1);
  const chain = [first, randomLayer(random, 8, 1, OPEN)];
  const attribute = chainAttributions(chain, [0, 0]);
  const out = sum(chain[1]?.kernel ?? []);
  t.ok(worst(attribute([1, 1]), [out / 2, out / 2]) < 1e-12);
  t.ok(
    worst(chainAttributions(chain, [1, 0])([0, 1]), [0, 0]) < 1e-12,
    'x + y stays 1, where all units bend',
  );
});

t.test('a feature that is as in the reference has no part', async (t) => {
  const random = seeded(4);
  const chain = [randomLayer(random, 3, 16), randomLayer(random, 16, 1, OPEN)];
  const attribute = chainAttributions(chain, [0.1, 0.2, 0.3]);
  t.strictSame([...attribute([0.1, 0.2, 0.3])], [0, 0, 0]);
  const moved = attribute([0.1, 2, 0.3]);
  t.strictSame([moved[0], moved[2]], [0, 0]);
  t.strictSame([...attribute([0.1, 2, 0.3])], [...moved], 'and a row leaves nothing behind for the next');
});
