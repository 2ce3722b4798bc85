import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { startSystem } from './system.ts';

t.setTimeout(60_000);

t.test('a change of keys counts at every replica within 30 seconds', async (t) => {
  const { made, keys, replica } = await startSystem(t);
  const replicas = await Promise.all([replica(), replica()]);
  const answers = (key: string) => Promise.all(replicas.map(async (ask) => (await ask(key)).status));
  const create = (name: string) => made('create', '--name', name, '--scopes', 'predict');
  const [revoked, rotated, overlapping, left] = await Promise.all(
    ['revoked', 'rotated', 'overlapping', 'left'].map(create),
  );
  if (!revoked || !rotated || !overlapping || !left) throw new Error('four were made');
  for (const { key } of [revoked, rotated, overlapping, left])
    t.strictSame(await answers(key), [200, 200], 'it works from the moment in which it was made');

  const changedAt = Date.now();
  t.equal((await keys('revoke', revoked.kept.id)).code, 0);
  const next = await made('rotate', rotated.kept.id);
  const beside = await made('rotate', overlapping.kept.id, '--overlap', '1h');
  t.strictSame(await answers(next.key), [200, 200], 'a key that takes over works at once');

  for (const { key } of [revoked, rotated])
    while ((await answers(key)).some((status) => status !== 401)) {
      if (Date.now() - changedAt > 30_000) return t.fail('it still opens after 30 seconds');
      await wait(250);
    }
  t.comment(`refused everywhere after ${((Date.now() - changedAt) / 1000).toFixed(1)} s`);
  for (const { key } of [next, beside, overlapping, left])
    t.strictSame(await answers(key), [200, 200], 'all others go on');
});
