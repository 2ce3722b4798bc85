import { seededRandom } from '@tristore/common/random.ts';
import t from 'tap';
import { Suspicion } from '../../src/evaluation-log/suspicion.ts';

const refusedTimes = (refused: number, others: number) => {
  const suspicion = new Suspicion();
  for (let times = 1; times <= 1_000; times++) {
    suspicion.refused(refused, others, times * 10_000);
    if (suspicion.verdict) return times;
  }
  return Number.POSITIVE_INFINITY;
};

t.test('a record that is refused while all others are taken is given up soon, but not at once', async (t) => {
  t.equal(refusedTimes(0, 499), 5);
  t.equal(refusedTimes(0, 1), 19, 'one other is little evidence');
  const suspicion = new Suspicion();
  for (let i = 0; i < 5; i++) suspicion.refused(0, 499, i * 10_000);
  t.equal(suspicion.verdict, 'refused 5 times while others were taken');
});

t.test('alone, or where nothing is taken, a refusal says nothing', async (t) => {
  t.equal(refusedTimes(0, 0), Number.POSITIVE_INFINITY);
  t.equal(refusedTimes(499, 499), Number.POSITIVE_INFINITY);
});

t.test('what passes by itself within seconds is no poison', async (t) => {
  const suspicion = new Suspicion();
  for (let now = 0; now < 10_000; now += 100) suspicion.refused(0, 499, now);
  t.equal(suspicion.verdict, undefined);
  suspicion.refused(0, 499, 10_000);
  t.ok(suspicion.verdict);
});

t.test('a stream that refuses at random costs no healthy record', async (t) => {
  for (const share of [0.5, 0.9]) {
    const random = seededRandom(7);
    let given = 0;
    for (let record = 0; record < 5_000; record++) {
      const suspicion = new Suspicion();
      let now = 0;
      while (random.next() < share) {
        let others = 0;
        for (let i = 0; i < 20; i++) if (random.next() < share) others++;
        suspicion.refused(others, 20, now);
        now += 10_000;
      }
      if (suspicion.verdict) given++;
    }
    t.equal(given, 0, `${share} refused`);
  }
});
