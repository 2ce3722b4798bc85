import { Histogram, Registry } from 'prom-client';
import t from 'tap';
import { SeriesHistogram } from '../src/series-histogram.ts';

const options = { name: 'seconds', help: 'how long', buckets: [0.1, 1, 10] };
const values = [0.05, 0.1, 0.11, 5, 10, 11, 1000];

t.test("is written as prom-client's own histogram", async (t) => {
  const [own, theirs] = [new Registry(), new Registry()];
  const histogram = new SeriesHistogram({ ...options, registry: own });
  const other = new Histogram({ ...options, labelNames: ['model', 'route'], registers: [theirs] });
  for (const labels of [
    { model: 'a "quoted" one', route: '/x' },
    { model: 'b', route: '/y' },
  ]) {
    const series = histogram.series(labels);
    for (const value of values) {
      series.observe(value);
      other.observe(labels, value);
    }
  }
  t.equal(await own.metrics(), await theirs.metrics());
});

t.test('a series that is removed is not shown', async (t) => {
  const registry = new Registry();
  const histogram = new SeriesHistogram({ ...options, registry });
  const series = histogram.series({ model: 'gone' });
  series.observe(1);
  t.match(await registry.metrics(), /model="gone"/);
  histogram.remove(series);
  t.notMatch(await registry.metrics(), /model="gone"/);
});
