import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Balancer } from './balancer.ts';
import { assertKept } from './kept-records.ts';
import { Load } from './load.ts';
import { startSystem } from './system.ts';

t.setTimeout(240_000);

t.test('a rolling restart of two replicas behind a balancer: no request fails', async (t) => {
  const system = await startSystem(t);
  const start = () => system.orchestrator({ DRAIN_MS: '1500' });
  const replicas = await Promise.all([start(), start()]);
  const balancer = await Balancer.before(
    t,
    replicas.map(({ url }) => url),
  );
  const load = new Load({ target: () => balancer.url, workers: 8, restMs: 25 });
  await sleep(500);
  for (const [i, old] of replicas.entries()) {
    const next = await start();
    balancer.add(next.url);
    await balancer.until((healthy) => healthy.includes(next.url));
    t.equal(await old.service.stop(), 0, `replica ${i + 1} ends in order`);
    balancer.remove(old.url);
    await sleep(300);
  }
  await load.stop();
  t.equal(load.broken, 0);
  const failed = load.answers.filter(({ status }) => status !== 200);
  t.same(failed, [], `none of ${load.answers.length} failed`);
  t.ok(load.answers.length > 200);
  await system.stopAll();
  assertKept(t, load, await system.kept(), 0);
});
