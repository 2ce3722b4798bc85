import t from 'tap';
import { fitPlatt } from '../../src/train/calibrate.ts';
import { fitLogistic, predictLogistic } from '../../src/train/logistic-regression.ts';

const rows = Array.from({ length: 60 }, (_, i) => i);
const x = rows.flatMap((i) => [Math.sin(i), Math.cos(i * 2), (i % 7) - 3]);
const y = rows.map((i) => Number(((i * 53) % 97) / 97 < ((((i * 37) % 61) + 0.5) / 61) ** 1.3));

/*
 * Expected: scikit-learn 1.5.2,
 *   i = np.arange(60); X = np.column_stack([np.sin(i), np.cos(i*2), (i%7)-3.0])
 *   q = ((i*37)%61+0.5)/61; y = (((i*53)%97)/97 < q**1.3).astype(int)
 *   LogisticRegression(C=C, tol=1e-12, max_iter=10000, solver='newton-cholesky').fit(X, y)
 */
const EXPECTED: [number, number[], number][] = [
  [1, [-0.07886385058286127, 0.19910428273066277, -0.03284315921551295], -0.0017520053038236841],
  [0.1, [-0.03929233391911685, 0.09686370677311497, -0.028657821739519383], -0.0020583619405721166],
];
for (const [c, weights, intercept] of EXPECTED)
  t.test(`the weights are scikit-learn's at C = ${c}`, async (t) => {
    const model = fitLogistic(x, 3, y, c);
    model.weights.forEach((weight, i) => {
      t.ok(Math.abs(weight - (weights[i] as number)) < 1e-6, `${weight} is ${weights[i]}`);
    });
    t.ok(Math.abs(model.intercept - intercept) < 1e-6);
    const [first] = predictLogistic(model, x.slice(0, 3));
    const logit = weights.reduce((sum, weight, i) => sum + weight * (x[i] as number), intercept);
    t.ok(Math.abs((first as number) - 1 / (1 + Math.exp(-logit))) < 1e-6);
  });

t.test('columns that say the same do not stop it', async (t) => {
  const doubled = rows.flatMap((i) => [Math.sin(i), Math.sin(i)]);
  const { weights } = fitLogistic(doubled, 2, y);
  t.ok(Math.abs((weights[0] as number) - (weights[1] as number)) < 1e-9);
});

t.test('Platt scaling finds the scale and shift of the logits', async (t) => {
  const logits = Array.from({ length: 20_000 }, (_, i) => ((i % 200) - 100) / 20);
  // labels whose share at each logit is sigmoid(0.5 logit - 1), without noise
  const labels = logits.map((z, i) =>
    Number((Math.floor(i / 200) + 0.5) / 100 < 1 / (1 + Math.exp(1 - 0.5 * z))),
  );
  const { slope, intercept } = fitPlatt(logits, labels);
  t.ok(Math.abs(slope - 0.5) < 0.01, `slope ${slope}`);
  t.ok(Math.abs(intercept + 1) < 0.02, `intercept ${intercept}`);
  t.equal(slope, Math.fround(slope), 'exactly what the graph can hold');
});

t.test('Platt scaling stays finite where the classes separate', async (t) => {
  const { slope, intercept } = fitPlatt([-2, -1, 1, 2], [0, 0, 1, 1]);
  t.ok(Number.isFinite(slope) && Number.isFinite(intercept) && slope > 0);
});
