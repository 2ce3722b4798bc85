import t from 'tap';
import { TokenBucket } from '../../src/auth/token-bucket.ts';

/** Takes until there is nothing. */
function drain(bucket: TokenBucket, now: number): number {
  let taken = 0;
  while (bucket.take(now)) taken++;
  return taken;
}

t.test('a minute may be used at once, and fills evenly again', async (t) => {
  const bucket = new TokenBucket(60, 1_000);
  t.equal(drain(bucket, 1_000), 60);
  t.strictSame([bucket.remaining, bucket.secondsUntil(1), bucket.secondsUntil(60)], [0, 1, 60]);
  t.equal(drain(bucket, 1_500), 0);
  t.equal(drain(bucket, 2_000), 1);
  t.equal(drain(bucket, 12_000), 10);
  t.equal(drain(bucket, 10_000_000), 60, 'and holds no more than a minute');
});

t.test('over any time no more than the limit and one minute are let in', async (t) => {
  const bucket = new TokenBucket(600, 0);
  let taken = 0;
  for (let now = 0; now < 600_000; now += 7) if (bucket.take(now)) taken++;
  t.ok(taken <= 600 * 10 + 600, `${taken}`);
  t.ok(taken >= 600 * 10, 'nor less');
});

t.test('a debt is paid before anything is let in', async (t) => {
  const bucket = new TokenBucket(60, 0);
  bucket.take(0);
  bucket.charge(99);
  t.strictSame([bucket.remaining, bucket.secondsUntil(1)], [0, 41]);
  t.notOk(bucket.take(40_000));
  t.ok(bucket.take(41_000));
});
