import t, { type Test } from 'tap';
import { auc } from '../../src/statistics/auc.ts';
import { brier } from '../../src/statistics/brier.ts';
import { logLoss } from '../../src/statistics/log-loss.ts';
import { ece, reliability } from '../../src/statistics/reliability.ts';

const near = (t: Test, actual: number, expected: number) =>
  t.ok(Math.abs(actual - expected) < 1e-6, `${actual} is ${expected}`);

/*
 * 60 scores with ties and labels. Expected: scikit-learn 1.5.2 and pandas 3.1.1, by
 *   i = np.arange(60); p = np.round(((i*37)%101)/101*0.9+0.05, 2); y = (((i*53)%97)/97 < p).astype(int)
 *   roc_auc_score(y, p), log_loss(y, p), brier_score_loss(y, p)
 *   q = ((i*37)%61+0.5)/61; y2 = (((i*53)%97)/97 < q**1.3).astype(int); b = pd.qcut(q, 10, labels=False)
 *   g = pd.DataFrame(dict(q=q, y=y2, b=b)).groupby('b'); (g.size()/60 * (g.mean().q-g.mean().y).abs()).sum()
 */
const rows = Array.from({ length: 60 }, (_, i) => i);
const p = rows.map((i) => Math.round(((((i * 37) % 101) / 101) * 0.9 + 0.05) * 100) / 100);
const y = rows.map((i) => Number(((i * 53) % 97) / 97 < (p[i] as number)));
const q = rows.map((i) => (((i * 37) % 61) + 0.5) / 61);
const y2 = rows.map((i) => Number(((i * 53) % 97) / 97 < (q[i] as number) ** 1.3));

t.test('AUC counts ties half, as scikit-learn does', async (t) => {
  near(t, auc(p, y), 0.7631874298540966);
  near(t, auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]), 0.75); // the example of scikit-learn's roc_auc_score
  near(t, auc([0.5, 0.5, 0.5], [0, 1, 0]), 0.5);
  t.ok(Number.isNaN(auc([0.1, 0.2], [1, 1])), 'undefined with one class');
});

t.test('AUC is the share of ordered pairs, counted one by one', async (t) => {
  let ordered = 0;
  const [positives, negatives] = [1, 0].map((label) => p.filter((_, i) => y[i] === label)) as [
    number[],
    number[],
  ];
  for (const a of positives) for (const b of negatives) ordered += a > b ? 1 : a === b ? 0.5 : 0;
  near(t, auc(p, y), ordered / (positives.length * negatives.length));
});

t.test('log-loss', async (t) => {
  near(t, logLoss(p, y), 0.6144002218672076);
  near(t, logLoss([0.9, 0.1, 0.2, 0.65], [1, 0, 0, 1]), 0.21616187468057912); // scikit-learn's documentation
  near(t, logLoss([1, 0, 0.25], [1, 0, 1]), 0.462098120373297);
  near(t, logLoss([1, 0.5], [0, 1]), 18.36840028483855);
});

t.test('Brier score', async (t) => {
  near(t, brier(p, y), 0.20091);
  near(t, brier([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0]), 0.0375); // scikit-learn's documentation
});

t.test('expected calibration error in bins of equal count', async (t) => {
  near(t, ece(q, y2, 10), 0.07650273224043715);
  t.same(
    reliability(q, y2, 10).map((bin) => bin.rows),
    Array.from({ length: 10 }, () => 6),
  );
  near(t, ece([0.5, 0.5, 0.5, 0.5], [0, 0, 1, 1], 2), 0);
});

t.test('rows of one probability share a bin, whatever their order', async (t) => {
  const scores = [0.2, 0.2, 0.2, 0.2, 0.8, 0.8];
  t.same(reliability(scores, [1, 0, 0, 0, 1, 1], 3), [
    { meanProbability: 0.2, observedShare: 0.25, rows: 4 },
    { meanProbability: 0.8, observedShare: 1, rows: 2 },
  ]);
  near(t, ece(scores, [1, 0, 0, 0, 1, 1], 3), ece(scores, [0, 0, 0, 1, 1, 1], 3));
});

t.test('what is no pair of scores and labels is refused', async (t) => {
  t.throws(() => auc([0.1], [0, 1]), { message: '1 scores, but 2 labels' });
  t.throws(() => logLoss([], []), { message: 'there are no scores' });
  t.throws(() => brier([Number.NaN], [0]), { message: 'score 0 is not a number' });
  t.throws(() => ece([0.1, 0.2], [0, 2]), { message: 'label 1 is 2, not 0 or 1' });
});
