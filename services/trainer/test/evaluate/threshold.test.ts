import t from 'tap';
import type { Dataset } from '../../src/dataset/dataset.ts';
import { fairnessOf } from '../../src/evaluate/fairness.ts';
import { chooseThreshold } from '../../src/evaluate/threshold.ts';

t.test('the threshold has the best F1 of all, tried one by one', async (t) => {
  const p = Float64Array.from({ length: 200 }, (_, i) => ((i * 37) % 101) / 101);
  const y = Float32Array.from(p, (score, i) => Number(((i * 53) % 97) / 97 < score ** 2));
  const f1 = (threshold: number) => {
    let [hits, selected] = [0, 0];
    p.forEach((score, i) => {
      if (score < threshold) return;
      selected++;
      hits += y[i] as number;
    });
    return (2 * hits) / (selected + y.reduce((a, b) => a + b));
  };
  const chosen = chooseThreshold(p, y);
  t.ok(Math.abs(f1(chosen) - Math.max(...p.map(f1))) < 1e-12);
  t.equal(chosen, Number(chosen.toFixed(4)));
});

t.test('fairness has figures for every slice, and none where one class is missing', async (t) => {
  const labels = Float32Array.of(1, 0, 1, 0, 0, 0);
  const dataset = {
    labels,
    vocabularies: { region: ['north', 'south'] },
    protected: {
      sex: Float64Array.of(1, 1, 1, 2, 2, Number.NaN),
      region: Float64Array.of(1, 1, 2, 2, 0, 0),
      age: Float64Array.from({ length: 6 }, (_, i) => 20 + i),
    },
  } as Pick<Dataset, 'labels' | 'vocabularies' | 'protected'> as Dataset;
  const scores = Float64Array.of(0.9, 0.2, 0.1, 0.7, 0.1, 0.1);
  const fairness = fairnessOf(dataset, Uint32Array.of(0, 1, 2, 3, 4, 5), scores, 0.5);
  t.same(fairness['sex'], {
    '(missing)': { rows: 1, positive_share: 0, selected_share: 0, auc: null },
    '1': { rows: 3, positive_share: 2 / 3, selected_share: 1 / 3, auc: 0.5 },
    '2': { rows: 2, positive_share: 0, selected_share: 0.5, auc: null },
  });
  t.same(Object.keys(fairness['region'] ?? {}), ['(unseen)', 'north', 'south']);
});

t.test('a protected column of many values is sliced at its quartiles', async (t) => {
  const ages = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  const dataset = {
    labels: Float32Array.from(ages, (age) => age % 2),
    vocabularies: {},
    protected: { age: ages },
  } as Pick<Dataset, 'labels' | 'vocabularies' | 'protected'> as Dataset;
  const rows = Uint32Array.from(ages, (_, i) => i);
  const { age } = fairnessOf(
    dataset,
    rows,
    Float64Array.from(ages, () => 0.5),
    0.5,
  );
  t.same(
    Object.entries(age ?? {})
      .map(([name, slice]) => [name, slice.rows])
      .sort(),
    [
      ['25 to 50', 25],
      ['50 to 75', 25],
      ['<= 25', 25],
      ['> 75', 25],
    ],
  );
});
