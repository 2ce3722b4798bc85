import { chooseBackend } from '@tristore/model/inference/backend.ts';
import t from 'tap';
import { buildGraph, probabilitiesOf } from '../../src/architecture/graph.ts';
import { embed, knotsOf, type Segment } from '../../src/architecture/segments.ts';

t.test('few distinct values are the knots themselves', async (t) => {
  t.same(knotsOf(Float64Array.of(2, -1, 0, 2, -1), 12), [-1, 0, 2]);
  t.same(knotsOf(Float64Array.of(5, 5, 5), 12), [5], 'one knot makes no segment');
});

t.test('many values have knots at quantiles, the extremes included', async (t) => {
  const values = Float64Array.from({ length: 1000 }, (_, i) => i);
  t.same(knotsOf(values, 4), [0, 249, 499, 749, 999]);
});

t.test('knots too near each other for float32 are left out', async (t) => {
  t.same(knotsOf(Float64Array.of(1e6, 1e6 + 1, 1e6 + 5000), 12), [1e6, 1e6 + 5000]);
});

t.test('the embedding rises from 0 to 1 along each segment', async (t) => {
  const segments: Segment[] = [
    { feature: 0, low: 0, high: 10 },
    { feature: 0, low: 10, high: 14 },
    { feature: 1, low: -1, high: 0 },
  ];
  t.same([...embed(Float32Array.of(12, -0.5, -3, 7), 2, segments)], [1, 0.5, 0.5, 0, 0, 1]);
});

t.test('the graph agrees with double precision on raw amounts up to a million', async (t) => {
  await chooseBackend('wasm', 'training');
  const segments: Segment[] = [0, 3, 12_000, 199_000, 200_000, 950_000].flatMap((low, i, all) => {
    const high = all[i + 1] ?? 1_000_000;
    return [
      { feature: 0, low, high },
      { feature: 1, low: low - 400_000, high: high - 400_000 },
    ];
  });
  const kernel = Float32Array.from(segments, (_, i) => (i % 2 ? 1 : -1) * (1 + i / 10));
  const tower = [{ inputs: segments.length, units: 1, kernel, bias: Float32Array.of(0.25) }];
  const graph = buildGraph(2, segments, tower, { slope: 1.5, intercept: -0.5 });
  const cases = Array.from({ length: 500 }, (_, i) => [i * 2003.7, 600_000 - i * 1999.3]);
  const answers = probabilitiesOf(graph, Float32Array.from(cases.flat()), 2);
  const expected = cases.map((raw) => {
    const logit = segments.reduce((sum, { feature, low, high }, i) => {
      const share = (Math.fround(raw[feature] as number) - low) / (high - low);
      return sum + Math.min(1, Math.max(0, share)) * (kernel[i] as number);
    }, 0.25);
    return 1 / (1 + Math.exp(-(1.5 * logit - 0.5)));
  });
  const worst = Math.max(...expected.map((p, i) => Math.abs(p - (answers[i] as number))));
  t.ok(worst < 2e-5, `the largest difference is ${worst}`);
  graph.dispose();
});

t.test('values far beyond the knots saturate, also at the end of float32', async (t) => {
  await chooseBackend('wasm', 'training');
  const tower = [{ inputs: 1, units: 1, kernel: Float32Array.of(2), bias: Float32Array.of(-1) }];
  const graph = buildGraph(1, [{ feature: 0, low: 0, high: 0.001 }], tower, { slope: 1, intercept: 0 });
  const [low, high] = probabilitiesOf(graph, Float32Array.of(-3.4e38, 3.4e38), 1);
  t.ok(Math.abs((low as number) - 1 / (1 + Math.E)) < 1e-6);
  t.ok(Math.abs((high as number) - Math.E / (1 + Math.E)) < 1e-6);
  graph.dispose();
});
