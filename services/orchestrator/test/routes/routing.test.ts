import { TristoreError } from '@tristore/common/errors.ts';
import t, { type Test } from 'tap';
import { build, CLIENT } from '../build.ts';
import { ManyVersions } from '../many-versions.ts';

const NAME = 'credit-default';
const failing = (version: string) =>
  new TristoreError('version_unavailable', `cannot score version ${version}`, { retryAfter: 1 });

async function start(t: Test, registry: ManyVersions) {
  const built = await build(t, { registry });
  const ask = (id: string, more: object = {}) =>
    built.call('POST', '/v1/predictions', {
      model: { model_name: NAME },
      client: { id },
      features: CLIENT,
      ...more,
    });
  return { ...built, ask };
}

t.test('a canary answers its share of the entities, always the same ones', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '1', canary: { version: '2', percent: 20 } });
  const { ask, records } = await start(t, registry);
  const ids = Array.from({ length: 200 }, (_, i) => `client-${i}`);
  const versions = async () => {
    const answers = await Promise.all(ids.map((id) => ask(id)));
    return answers.map(({ body }) => body.model_version as string);
  };
  const first = await versions();
  const share = first.filter((version) => version === '2').length / ids.length;
  // a binomial of 200 at 0.2 has a deviation of 0.028
  t.ok(share > 0.1 && share < 0.3, `${share} of the entities`);
  t.same(await versions(), first, 'sticky');
  const kept = (await records()).predictions;
  t.ok(kept.every(({ model_version, route }) => route === (model_version === '2' ? 'canary' : 'champion')));
});

t.test('shadows are scored and kept under the same event id, and never answer', async (t) => {
  const registry = new ManyVersions(['1', '2', '3'], { champion: '1', shadows: ['2', '3'] });
  const { ask, records, models } = await start(t, registry);
  models.broken.set('3', failing('3'));
  const { status, body } = await ask('a', { reference: 'case-7' });
  t.equal(status, 200);
  t.equal(body.model_version, '1');
  const kept = (await records()).predictions;
  t.same(
    kept.map(({ event_id, model_version, route }) => [event_id, model_version, route]),
    [
      [body.event_id, '1', 'champion'],
      [body.event_id, '2', 'shadow'],
    ],
    'a shadow that fails is left out',
  );
  t.equal(kept[0]?.created_at, kept[1]?.created_at, 'exactly the millisecond of the event');
  t.same(kept[0]?.features, kept[1]?.features);
});

t.test('where the champion fails the one before it answers, and says so', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '2', previous_champion: '1' });
  const { ask, records, models } = await start(t, registry);
  models.broken.set('2', failing('2'));
  const { status, body } = await ask('a');
  t.equal(status, 200);
  t.match(body, { model_version: '1', degraded: 'champion' });
  models.broken.clear();
  t.match((await ask('a')).body, { model_version: '2', degraded: undefined });
  const kept = (await records()).predictions;
  t.same(
    kept.map(({ route, degraded }) => [route, degraded]),
    [
      ['fallback', 'champion'],
      ['champion', undefined],
    ],
  );
});

t.test('a champion that the model server does not hold is passed over too', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '2', previous_champion: '1' });
  const { ask, models } = await start(t, registry);
  models.broken.set('2', new TristoreError('version_not_found', 'not held'));
  t.match((await ask('a')).body, { model_version: '1', degraded: 'champion' });
});

t.test('so is one whose manifest is damaged', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '2', previous_champion: '1' });
  registry.broken.add('2');
  const { ask } = await start(t, registry);
  t.match((await ask('a')).body, { model_version: '1', degraded: 'champion' });
});

t.test('a pinned version never falls back', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '2', previous_champion: '1' });
  const { ask, models, records } = await start(t, registry);
  models.broken.set('2', failing('2'));
  const { status, body, headers } = await ask('a', { model: { model_name: NAME, model_version: 2 } });
  t.equal(status, 503);
  t.equal(headers['retry-after'], '1');
  t.equal(body.error.code, 'version_unavailable');
  t.match((await ask('a', { model: { model_name: NAME, model_version: 1 } })).body, { model_version: '1' });
  t.same(
    (await records()).predictions.map(({ route }) => route),
    ['pinned'],
  );
});

t.test('where the model server is away nobody stands in', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '2', previous_champion: '1' });
  const { ask, models } = await start(t, registry);
  models.failure = new TristoreError('model_unavailable', 'away', { retryAfter: 1 });
  t.equal((await ask('a')).body.error.code, 'model_unavailable');
});

t.test('a change of aliases is followed within 5 s, without a restart', async (t) => {
  const registry = new ManyVersions(['1', '2'], { champion: '1' });
  const { ask } = await start(t, registry);
  t.match((await ask('a')).body, { model_version: '1' });
  registry.move({ champion: '2', previous_champion: '1' });
  t.match((await ask('a')).body, { model_version: '1' }, 'not read at every request');
  const { now } = Date;
  Date.now = () => now() + 4_500;
  t.teardown(() => {
    Date.now = now;
  });
  t.match((await ask('a')).body, { model_version: '2' });
});
