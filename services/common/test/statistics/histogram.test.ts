import t from 'tap';
import { binOf, countBins, quantileEdges } from '../../src/statistics/histogram.ts';
import { psi } from '../../src/statistics/psi.ts';
import { sigmoid } from '../../src/statistics/sigmoid.ts';

t.test('a value on an edge is in the bin below it', async (t) => {
  t.same(
    [-5, 1, 1.5, 2, 9].map((x) => binOf([1, 2], x)),
    [0, 0, 1, 1, 2],
  );
  t.same(countBins([1, 2], [-5, 1, 1.5, 2, 9]), [2, 2, 1]);
  t.same(countBins([], [3, 4]), [2], 'no edges, one bin');
  t.throws(() => countBins([1], [Number.NaN]), { message: 'value 0 is not a number' });
});

t.test('few distinct values get a bin each, many get deciles', async (t) => {
  t.same(quantileEdges([3, 1, 2, 1]), [1, 2]);
  t.same(quantileEdges([7, 7]), []);
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  t.same(quantileEdges(hundred), [10, 20, 30, 40, 50, 60, 70, 80, 90]);
  t.same(countBins(quantileEdges(hundred), hundred), new Array(10).fill(10));
});

t.test('repeated quantiles count once and no bin of the reference is empty', async (t) => {
  const values = [...new Array(80).fill(0), ...Array.from({ length: 20 }, (_, i) => i + 1)];
  const edges = quantileEdges(values);
  t.same(edges, [0, 10]);
  t.same(countBins(edges, values), [80, 10, 10]);
});

t.test('bins under one percent of the reference join a neighbour', async (t) => {
  const values = [...new Array(500).fill(0), 1, ...new Array(495).fill(2), 3, 4];
  t.same(quantileEdges(values), [0], 'the lone 1 joins the 2s above it, 3 and 4 join those below');
});

/*
 * Evidently's convention, computed apart with numpy:
 *   def psi(r, c):
 *     r = r/r.sum(); c = c/c.sum()
 *     for a in (r, c): z = a[a != 0].min(); a[a == 0] = 0.0001 if z > 0.0001 else z/1e6
 *     return np.sum((r-c)*np.log(r/c))
 */
t.test('population stability index', async (t) => {
  const near = (actual: number, expected: number) =>
    t.ok(Math.abs(actual - expected) < 1e-6, `${actual} is ${expected}`);
  near(psi([100, 200, 300, 400], [150, 180, 320, 350]), 0.03034780577254231);
  near(psi([50, 0, 30, 20], [40, 10, 0, 50]), 3.388395960602292);
  near(psi([99999, 1, 0], [50000, 49999, 1]), 5.7563625607900475);
  near(psi([1, 2, 3], [10, 20, 30]), 0);
  t.throws(() => psi([1], [1, 2]), { message: '1 bins in the reference, 2 now' });
  t.throws(() => psi([1, 1], [0, 0]), { message: 'there are no rows in any bin' });
});

t.test('the sigmoid neither overflows nor loses small values', async (t) => {
  t.equal(sigmoid(0), 0.5);
  t.equal(sigmoid(-800), 0);
  t.equal(sigmoid(800), 1);
  t.ok(Math.abs(sigmoid(-50) / Math.exp(-50) - 1) < 1e-12);
});
