import t from 'tap';
import { LoadQueue } from '../../src/inference/load-queue.ts';
import { deferred } from '../deferred.ts';

t.test('one load at a time, in order, whatever becomes of those before', async (t) => {
  const queue = new LoadQueue();
  const seen: string[] = [];
  let running = 0;
  const load = (name: string) => async () => {
    t.equal(++running, 1);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running--;
    seen.push(name);
    if (name === 'b') throw new Error(name);
    return name;
  };
  const loads = ['a', 'b', 'c'].map((name) => queue.run(load(name)));
  await t.rejects(loads[1] as Promise<string>, /b/);
  t.equal(await loads[2], 'c');
  t.strictSame(seen, ['a', 'b', 'c']);
});

t.test('many that wait are refused, but for what the aliases ask', async (t) => {
  const queue = new LoadQueue();
  const first = deferred<void>();
  const loads = [queue.run(() => first.promise)];
  for (let i = 1; i < 16; i++) loads.push(queue.run(async () => {}));
  await t.rejects(
    queue.run(async () => {}),
    { code: 'overloaded', retryAfter: 1 },
  );
  loads.push(queue.run(async () => {}, true));
  first.resolve();
  await Promise.all(loads);
  await queue.run(async () => {});
});
