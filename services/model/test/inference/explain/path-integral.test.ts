import t from 'tap';
import { type Accuracy, pathIntegral } from '../../../src/inference/explain/path-integral.ts';
import { OPEN, randomLayer, riemann, seeded, valueAndGradient, worst } from './networks.ts';

type Function = (x: readonly number[]) => { value: number; gradient: readonly number[] };
const ACCURACY = { tolerance: 1e-3, limit: 2048 };

/** Answers all that the coroutine asks. */
function attribute(f: Function, reference: number[], row: number[], accuracy: Accuracy = ACCURACY) {
  const way = row.map((x, i) => x - (reference[i] ?? 0));
  const at = (place: number) => f(reference.map((x, i) => x + place * (way[i] ?? 0)));
  const integral = pathIntegral(way, [at(0).value, at(1).value], accuracy);
  let asked = 0;
  let step = integral.next();
  while (!step.done) {
    const { values, gradients } = step.value;
    asked += gradients.length;
    step = integral.next({
      values: values.map((place) => at(place).value),
      gradients: gradients.map((place) => at(place).gradient),
    });
  }
  const error = Math.abs(step.value.reduce((sum, x) => sum + x, 0) - (at(1).value - at(0).value));
  return { attributions: step.value, asked, error, difference: at(1).value - at(0).value };
}

t.test('a linear function: w_i (x_i - reference_i), without a second round', async (t) => {
  const w = [2, -1, 0.5];
  const f: Function = (x) => ({ value: x.reduce((sum, v, i) => sum + v * (w[i] ?? 0), 7), gradient: w });
  const { attributions, asked } = attribute(f, [1, 1, 1], [4, -2, 1]);
  t.ok(worst(attributions, [6, 3, 0]) < 1e-12);
  t.equal(asked, 32);
});

t.test(
  'a smooth function: a Riemann sum of 20,000 steps agrees to 1e-6 where so much is asked',
  async (t) => {
    const f: Function = ([x = 0, y = 0]) => ({
      value: Math.tanh(3 * x) * y + Math.exp(-y * y),
      gradient: [(3 * y) / Math.cosh(3 * x) ** 2, Math.tanh(3 * x) - 2 * y * Math.exp(-y * y)],
    });
    const [reference, row] = [
      [-1, 0.5],
      [2, -1.5],
    ] as [number[], number[]];
    const expected = riemann((x) => f(x).gradient, reference, row, 20_000);
    const fine = attribute(f, reference, row, { tolerance: 1e-7, limit: 100_000 });
    t.ok(worst(fine.attributions, expected) < 1e-6, `${worst(fine.attributions, expected)}`);
    const usual = attribute(f, reference, row);
    t.ok(usual.error < 1e-3 && worst(usual.attributions, expected) < 2e-3);
    t.ok(usual.asked < fine.asked / 4, 'and steps grow with the accuracy alone');
  },
);

t.test(
  'networks with corners: complete to 1e-3, absolute and relative, wherever the corners are',
  async (t) => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seeded(seed);
      const chain = [
        randomLayer(random, 6, 40, [0, 1]),
        randomLayer(random, 40, 16),
        randomLayer(random, 16, 1, OPEN),
      ];
      const reference = Array.from({ length: 6 }, random);
      const row = Array.from({ length: 6 }, () => 2 * random());
      const f: Function = (x) => valueAndGradient(chain, x);
      const { attributions, error, difference, asked } = attribute(f, reference, row);
      t.ok(
        error <= 1e-3 * Math.min(Math.max(Math.abs(difference), 0.05), 1),
        `error ${error} of ${difference}`,
      );
      const expected = riemann((x) => f(x).gradient, reference, row, 20_000);
      t.ok(worst(attributions, expected) < 1e-2, `with ${asked} gradients ${worst(attributions, expected)}`);
    }
  },
);

t.test('steps are limited, and what is not finite ends', async (t) => {
  const random = seeded(5);
  const f: Function = () => ({ value: random(), gradient: [random()] });
  const noise = attribute(f, [0], [1], { tolerance: 1e-9, limit: 100 });
  t.ok(noise.asked <= 100, `${noise.asked}`);
  t.ok(Number.isFinite(noise.attributions[0]));
  const hole: Function = ([x = 0]) => ({ value: x, gradient: [x > 0.4 && x < 0.6 ? Number.NaN : 1] });
  t.ok(Number.isNaN(attribute(hole, [0], [1]).attributions[0]));
  const away: Function = ([x = 0]) => ({ value: x === 1 ? Number.POSITIVE_INFINITY : x, gradient: [1] });
  t.strictSame([...attribute(away, [0], [1]).attributions], [Number.NaN]);
  t.equal(attribute(away, [0], [1]).asked, 0);
});
