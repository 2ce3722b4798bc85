import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import t, { type Test } from 'tap';
import { build } from '../build.ts';
import { registryFolder } from '../registry-folder.ts';

const MODEL = '/v1/registry/credit-default';

async function started(t: Test, versions: readonly string[] = ['2', '3']) {
  const root = await registryFolder(t, versions);
  const built = await build(t, { registry: new FolderRegistry(root) });
  const put = (alias: string, body: object) =>
    built.call('PUT', `${MODEL}/aliases/${alias}`, { reason: 'a test', ...body });
  return { ...built, root, put, other: new FolderRegistry(root) };
}

t.test('the committed registry: models with schema, versions, metrics and aliases', async (t) => {
  const { call, manifest } = await build(t);
  const { status, body, headers } = await call('GET', '/v1/registry');
  t.equal(status, 200);
  t.equal(headers['cache-control'], 'no-store');
  const [model] = body.models;
  t.strictSame(model.signature, { model_version: '1', ...manifest.signature }, 'nothing is left out');
  t.match(model, {
    model_name: 'credit-default',
    versions: [{ model_version: '1', threshold: manifest.threshold, created_at: manifest.created_at }],
    aliases: { number: 1, champion: '1', shadows: [] },
  });
  t.strictSame(model.versions[0].metrics, manifest.metrics);
  const { history, ...one } = (await call('GET', MODEL)).body;
  t.strictSame(one, model);
  t.strictSame(history, [model.aliases]);
  t.match((await call('GET', '/v1/registry/nobody')).body.error, { code: 'model_not_found' });
});

t.test('promote, roll back; who, when, why and the one before are kept', async (t) => {
  const { call, put, other } = await started(t);
  const promoted = await put('champion', { version: 2, reason: 'better on new clients' });
  t.match(promoted, {
    status: 200,
    body: { number: 2, champion: '2', previous_champion: '1', changed_by: 'test' },
  });
  t.match(await other.aliases('credit-default'), { number: 2, state: { champion: '2' } }, 'in the registry');
  const back = await put('champion', { version: promoted.body.previous_champion, reason: 'roll back' });
  t.match(back.body, { number: 3, champion: '1', previous_champion: '2' });
  const { body } = await call('GET', MODEL);
  t.equal(body.signature.model_version, '1');
  t.match(body.history, [
    { number: 3, champion: '1', reason: 'roll back' },
    { number: 2, champion: '2', reason: 'better on new clients' },
    { number: 1, champion: '1' },
  ]);
  t.ok(Date.now() - Date.parse(body.aliases.changed_at) < 60_000);
});

t.test('canary and shadows begin, end, and end by promotion', async (t) => {
  const { put } = await started(t);
  t.match((await put('canary', { version: '2', percent: 5 })).body, {
    champion: '1',
    canary: { version: '2', percent: 5 },
  });
  t.match((await put('shadows', { versions: [3, '2', '3'] })).body, { shadows: ['3', '2'] });
  const promoted = (await put('champion', { version: '2' })).body;
  t.match(promoted, { champion: '2', previous_champion: '1', shadows: ['3'] });
  t.notOk('canary' in promoted);
  await put('canary', { version: '3', percent: 50 });
  const ended = (await put('canary', { version: null })).body;
  t.notOk('canary' in ended);
  t.strictSame((await put('shadows', { versions: [] })).body.shadows, []);
});

t.test('a change that changes nothing adds no number', async (t) => {
  const { put } = await started(t);
  const first = (await put('champion', { version: '2' })).body;
  t.strictSame((await put('champion', { version: '2', reason: 'sent again' })).body, first);
  t.equal((await put('canary', { version: null })).body.number, first.number);
});

t.test('expected_number: the state that was looked at, or 409 with the number there is', async (t) => {
  const { put, call } = await started(t);
  t.equal((await put('champion', { version: '2', expected_number: 1 })).status, 200);
  const late = await put('champion', { version: '3', expected_number: 1 });
  t.equal(late.status, 409);
  t.match(late.body.error, {
    code: 'conflict',
    details: [{ field: 'expected_number', problem: 'the current number is 2' }],
  });
  t.equal((await call('GET', MODEL)).body.aliases.champion, '2');
});

t.test('changes at the same moment: each has a number of its own, or is told that it lost', async (t) => {
  const { put, call } = await started(t);
  const answers = await Promise.all([
    put('champion', { version: '2' }),
    put('shadows', { versions: ['3'] }),
    put('canary', { version: '3', percent: 1 }),
  ]);
  t.ok(answers.every(({ status }) => status === 200));
  t.strictSame(answers.map(({ body }) => body.number).sort(), [2, 3, 4]);
  t.match((await call('GET', MODEL)).body.aliases, {
    number: 4,
    champion: '2',
    shadows: ['3'],
    canary: { version: '3', percent: 1 },
  });
  const guarded = await Promise.all(
    ['1', '3'].map((version) => put('champion', { version, expected_number: 4 })),
  );
  t.strictSame(guarded.map(({ status }) => status).sort(), [200, 409]);
});

t.test('what must not take traffic is refused, and leaves no trace', async (t) => {
  const { put, call, root } = await started(t);
  await writeFile(join(root, 'credit-default/3/manifest.json'), '{"model_name": "credit-default"}');
  await mkdir(join(root, 'credit-default/4'));
  for (const [alias, body, status, code] of [
    ['champion', { version: '9' }, 404, 'version_not_found'],
    ['champion', { version: '3' }, 422, 'version_broken'],
    ['champion', { version: '4' }, 422, 'version_broken'],
    ['shadows', { versions: ['2', '3'] }, 422, 'version_broken'],
    ['canary', { version: '1', percent: 5 }, 400, 'invalid_request'],
    ['canary', { version: '2' }, 400, 'invalid_request'],
    ['canary', { version: null, percent: 5 }, 400, 'invalid_request'],
    ['canary', { version: '2', percent: 0 }, 400, 'invalid_request'],
    ['shadows', { versions: ['1'] }, 400, 'invalid_request'],
    ['champion', { version: '2', reason: '' }, 400, 'invalid_request'],
    ['champion', { version: '2', more: 1 }, 400, 'invalid_request'],
    ['challenger', { version: '2' }, 404, 'route_not_found'],
  ] as const) {
    const answer = await put(alias, body);
    t.equal(answer.status, status, `${alias} ${JSON.stringify(body)}`);
    t.equal(answer.body.error.code, code);
  }
  const { body } = await call('GET', MODEL);
  t.equal(body.aliases.number, 1);
  t.match(body.versions, [
    { model_version: '1' },
    { model_version: '2' },
    { model_version: '3', problem: /format is missing/ },
    { model_version: '4', problem: /cannot be read/ },
  ]);
});

t.test('a model without aliases, and one whose aliases are broken', async (t) => {
  const { put, call, root, other } = await started(t);
  const aliases = join(root, 'credit-default/aliases');
  await writeFile(join(aliases, '000002.json'), '{}');
  const { body } = await call('GET', MODEL);
  t.match(body.aliases, { number: 2, problem: /champion is missing/ });
  t.equal(body.signature.model_version, '3', 'the newest sound one, while no champion is known');
  t.equal((await put('shadows', { versions: ['2'] })).body.error.code, 'registry_broken');
  t.match((await put('champion', { version: '2', expected_number: 2 })).body, { number: 3, champion: '2' });
  t.match((await call('GET', MODEL)).body.history, [
    { number: 3 },
    { number: 2, problem: /./ },
    { number: 1 },
  ]);

  await mkdir(join(root, 'fresh/1'), { recursive: true });
  const manifest = Buffer.from(await other.read('credit-default', '1', 'manifest.json')).toString();
  await writeFile(
    join(root, 'fresh/1/manifest.json'),
    manifest
      .replaceAll('"credit-default"', '"fresh"')
      .replaceAll('"view": "credit-default"', '"view": "fresh"'),
  );
  t.notOk('aliases' in (await call('GET', '/v1/registry/fresh')).body);
  const canary = { version: '1', percent: 5, reason: 'too early' };
  t.match((await call('PUT', '/v1/registry/fresh/aliases/canary', canary)).body.error, {
    code: 'model_not_found',
  });
  const first = { version: '1', reason: 'the first', expected_number: 0 };
  t.match((await call('PUT', '/v1/registry/fresh/aliases/champion', first)).body, {
    number: 1,
    champion: '1',
  });
});
