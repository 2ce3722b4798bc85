import { seededRandom } from '@tristore/common/random.ts';
import t from 'tap';
import { allRows, holdOut, join, stratifiedFolds, stratifiedSplit } from '../../src/dataset/split.ts';

const labels = Float32Array.from({ length: 1000 }, (_, i) => (i % 5 === 0 ? 1 : 0));
const positives = (rows: Uint32Array) => rows.filter((row) => labels[row] === 1).length;

t.test('folds part the rows, each with its share of either class', async (t) => {
  const folds = stratifiedFolds(labels, allRows(1000), 7, seededRandom(1));
  t.same([...join(folds)], [...allRows(1000)]);
  for (const fold of folds) {
    t.ok(Math.abs(fold.length - 1000 / 7) <= 1);
    t.ok(Math.abs(positives(fold) - 200 / 7) <= 1);
  }
});

t.test('the split is 70, 15 and 15 %, the same for the same seed', async (t) => {
  const split = stratifiedSplit(labels, seededRandom(1));
  t.same([split.train.length, split.validation.length, split.test.length], [700, 150, 150]);
  t.same([split.train, split.validation, split.test].map(positives), [140, 30, 30]);
  t.same(stratifiedSplit(labels, seededRandom(1)), split);
  t.notSame(stratifiedSplit(labels, seededRandom(2)).test, split.test);
});

t.test('what is held out is not trained on', async (t) => {
  const { train, validation } = holdOut(labels, allRows(700), seededRandom(3));
  t.same([validation.length, train.length], [100, 600]);
  t.same([...join([train, validation])], [...allRows(700)]);
});

t.test('a class with too few rows is refused', async (t) => {
  const rare = Float32Array.from({ length: 100 }, (_, i) => (i < 3 ? 1 : 0));
  t.throws(() => stratifiedSplit(rare, seededRandom(1)), {
    message: 'the target is 1 in 3 rows only: too few to split 20 ways',
  });
});

t.test('the generator is uniform, and forks do not depend on what was drawn', async (t) => {
  const random = seededRandom(9);
  const mean = Array.from({ length: 10_000 }, () => random.next()).reduce((a, b) => a + b) / 10_000;
  t.ok(Math.abs(mean - 0.5) < 0.01, `mean ${mean}`);
  t.equal(random.fork('a').next(), seededRandom(9).fork('a').next());
  t.not(random.fork('a').next(), random.fork('b').next());
  t.same([...random.shuffle(Uint32Array.of(1, 2, 3, 4))].sort(), [1, 2, 3, 4]);
});
