import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { UnreachableRegistryError } from '@tristore/common/registry/registry.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { chooseBackend } from '../../src/inference/backend.ts';
import { type CatalogueOptions, loadCatalogue } from '../../src/inference/catalogue.ts';
import type { CatalogueEvent } from '../../src/inference/catalogue-events.ts';
import { type AliasChoices, appendAliases } from '../append-aliases.ts';
import { writeVersion } from '../fixtures.ts';
import { BACKEND } from '../forced-backend.ts';

t.before(async () => {
  await chooseBackend(BACKEND, 'serving');
});

/** A registry in a folder that can go away, with the versions named, and what follows it. */
async function build(t: Test, versions: string[], options: CatalogueOptions & { champion?: string } = {}) {
  const root = testFolder(t);
  class MovingRegistry extends FolderRegistry {
    away = false;
    lists = 0;
    override async aliases(model: string) {
      if (this.away) throw new UnreachableRegistryError(new Error('no route'));
      return super.aliases(model);
    }
    override async read(model: string, version: string, file: string) {
      if (this.away) throw new UnreachableRegistryError(new Error('no route'));
      return super.read(model, version, file);
    }
    override async versions(model: string) {
      if (this.away) throw new UnreachableRegistryError(new Error('no route'));
      this.lists++;
      return super.versions(model);
    }
  }
  const write = (version: string) => writeVersion(root, { version });
  for (const version of versions) await write(version);
  const alias = (champion: string, choices?: AliasChoices) => appendAliases(root, champion, choices);
  if (options.champion) await alias(options.champion);
  const registry = new MovingRegistry(root);
  const load = async () => {
    const catalogue = await loadCatalogue(registry, options);
    t.teardown(() => catalogue.dispose());
    const events: CatalogueEvent[] = [];
    catalogue.listen((event) => events.push(event));
    const entry = () => catalogue.entry('adder');
    const loaded = () => [...entry().versions.keys()].sort();
    return { catalogue, events, entry, loaded };
  };
  const spoil = (version: string) => writeFile(join(root, 'adder', version, 'weights.bin'), 'rotten');
  return { root, registry, write, alias, load, spoil };
}

const types = (events: readonly CatalogueEvent[]) => events.map(({ type }) => type);

t.test(
  'what the aliases name and the newest are loaded at the start, and answers under its label',
  async (t) => {
    const { alias, load } = await build(t, ['1', '2', '3', '4', '5', '6', '10']);
    await alias('2', { canary: '6', previous: '1', shadows: ['4'] });
    const { catalogue, entry, loaded } = await load();
    t.strictSame(loaded(), ['1', '10', '2', '4', '6']);
    t.strictSame(entry().numbers, ['1', '2', '3', '4', '5', '6', '10']);
    t.strictSame(entry().labels, { champion: '2', canary: '6' });
    t.equal((await catalogue.version('adder')).version, '2');
    t.equal(catalogue.labelled('adder', 'canary').version, '6');
    t.strictSame(
      ['2', '3', '9'].map((version) => entry().stateOf(version)),
      ['AVAILABLE', 'START', undefined],
    );
    t.throws(() => catalogue.version('other'), { code: 'model_not_found' });
    t.throws(() => catalogue.labelled('adder', 'shadow'), { code: 'version_not_found' });
  },
);

t.test(
  'a version that is loaded is found without a promise; another is loaded for whoever names it',
  async (t) => {
    const { load } = await build(t, ['1', '2', '3'], { champion: '1' });
    const { catalogue, loaded } = await load();
    t.notOk(catalogue.version('adder') instanceof Promise);
    t.notOk(catalogue.version('adder', '1') instanceof Promise);
    const both = [catalogue.version('adder', '2'), catalogue.version('adder', '2')];
    t.ok(both[0] instanceof Promise);
    const [one, other] = await Promise.all(both);
    t.equal(one, other, 'loaded once');
    t.strictSame(loaded(), ['1', '2', '3']);
    t.notOk(catalogue.version('adder', '2') instanceof Promise, 'and kept');
  },
);

t.test('of the versions that callers name the latest are kept, beside the aliases', async (t) => {
  const { load } = await build(t, ['1', '2', '3', '4'], { champion: '4', pinned: 2 });
  const before = memory().numTensors;
  const { catalogue, loaded } = await load();
  const one = memory().numTensors - before;
  for (const version of ['2', '3', '2', '1']) await catalogue.version('adder', version);
  t.strictSame(loaded(), ['1', '2', '4'], '3 was named longest ago');
  await new Promise(setImmediate);
  t.equal(memory().numTensors, before + 3 * one, 'its tensors are freed');
});

t.test('a version that does not exist is looked for in the registry, but not by every caller', async (t) => {
  const { load, registry, write } = await build(t, ['1'], { champion: '1' });
  const { catalogue } = await load();
  const before = registry.lists;
  for (let i = 0; i < 20; i++)
    await t.rejects(Promise.resolve(catalogue.version('adder', '7')), {
      code: 'version_not_found',
      message: 'version "7" of model "adder" does not exist',
    });
  t.ok(registry.lists - before <= 3);
  await write('7');
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  t.equal((await catalogue.version('adder', '7')).version, '7', 'published a moment ago');
});

t.test(
  'a new champion is loaded beside, then answers; the old one stays while it is the previous',
  async (t) => {
    const { write, alias, load } = await build(t, ['1'], { champion: '1' });
    const { catalogue, events, loaded } = await load();
    await write('2');
    await alias('2', { previous: '1' });
    t.equal((await catalogue.version('adder')).version, '1', 'until the registry is looked at');
    await catalogue.follow();
    t.equal((await catalogue.version('adder')).version, '2');
    t.strictSame(loaded(), ['1', '2']);
    t.strictSame(types(events), ['loaded', 'swapped']);
    t.match(events[1], { label: 'champion', version: '2', before: '1' });
    await catalogue.follow();
    t.equal(events.length, 2, 'nothing new, nothing done');
    await write('3');
    await alias('3', { previous: '2' });
    await catalogue.follow();
    await new Promise(setImmediate);
    t.strictSame(loaded(), ['2', '3']);
    t.match(events.at(-1), { type: 'freed', version: '1' });
  },
);

t.test('a canary comes and goes', async (t) => {
  const { alias, load } = await build(t, ['1', '2', '3'], { champion: '1' });
  const { catalogue, entry, loaded } = await load();
  await alias('1', { canary: '2' });
  await catalogue.follow();
  t.strictSame(entry().labels, { champion: '1', canary: '2' });
  await alias('1');
  await catalogue.follow();
  t.strictSame(entry().labels, { champion: '1' });
  t.strictSame(loaded(), ['1', '3'], 'the newest waits for its promotion');
});

t.test('the old version is freed when its last use has ended', async (t) => {
  const { write, alias, load } = await build(t, ['1'], { champion: '1' });
  const { catalogue, events } = await load();
  const old = await catalogue.version('adder');
  const inputs = [
    { name: 'features', datatype: 'FP32', shape: [1, 3], data: new Float32Array([0, 0, 0]) },
  ] as const;
  await old.uses.during(async () => {
    await write('2');
    await alias('2');
    await catalogue.follow();
    t.equal((await catalogue.version('adder')).version, '2');
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.notOk(types(events).includes('freed'));
    t.equal((await old.predictor.predict(inputs))[0]?.data[0], 0.5, 'it still predicts');
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.match(events.at(-1), { type: 'freed', version: '1' });
});

t.test('a broken champion takes no traffic, and the old one stays; mended, it does', async (t) => {
  const { root, write, alias, load, spoil } = await build(t, ['1'], { champion: '1' });
  const { catalogue, events, entry } = await load();
  const tensors = memory().numTensors;
  await write('2');
  await spoil('2');
  await alias('2', { previous: '1' });
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '1');
  t.match(entry().broken.get('2'), /weights\.bin does not match its checksum/);
  t.equal(entry().stateOf('2'), 'END');
  t.strictSame(types(events), ['broken']);
  t.equal(memory().numTensors, tensors, 'nothing of it is left');
  await t.rejects(Promise.resolve(catalogue.version('adder', '2')), {
    code: 'version_not_found',
    message: /is broken and does not take traffic/,
  });
  await catalogue.follow();
  t.equal(events.length, 1, 'it is not tried again at once');

  await write('3');
  await alias('3', { previous: '1' });
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '3', 'the next one is served');
  await rm(join(root, 'adder', '2'), { recursive: true });
  t.equal(entry().stateOf('2'), 'END', 'still told');
});

t.test('a version that was being written when it was read is tried again', async (t) => {
  const { root, write, alias, load } = await build(t, ['1'], { champion: '1' });
  const { catalogue, entry } = await load();
  await write('2');
  const file = join(root, 'adder', '2', 'weights.bin');
  await rename(file, `${file}.part`);
  await alias('2');
  await catalogue.follow();
  t.equal(entry().stateOf('2'), 'END');
  await rename(`${file}.part`, file);
  const now = Date.now;
  t.teardown(() => {
    Date.now = now;
  });
  Date.now = () => now() + 5_001;
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '2');
  t.equal(entry().broken.size, 0);
});

t.test('a champion that is broken at the start: the previous one stands in', async (t) => {
  const { alias, load, spoil } = await build(t, ['1', '2']);
  await alias('2', { previous: '1' });
  await spoil('2');
  const { catalogue, entry } = await load();
  t.equal((await catalogue.version('adder')).version, '1');
  t.match(entry().broken.get('2'), /checksum/);
});

t.test('where not one version can answer, the start fails and says why', async (t) => {
  const { root, alias, load, spoil } = await build(t, ['1'], { champion: '1' });
  await spoil('1');
  await t.rejects(load(), {
    name: 'StartupError',
    message: /^model adder version 1: weights\.bin does not match/,
  });
  await alias('3');
  await t.rejects(load(), { message: /^model adder version 3: it does not exist/ });
  await writeFile(join(root, 'adder', 'aliases', '000003.json'), '{}');
  await t.rejects(load(), { message: /^model adder: 000003.json: aliases: champion is missing/ });
});

t.test('a registry that is away at the start stops it', async (t) => {
  const { load, registry } = await build(t, ['1'], { champion: '1' });
  registry.away = true;
  await t.rejects(load(), {
    name: 'StartupError',
    message: /^REGISTRY: the registry cannot be read: no route/,
  });
});

t.test('while the registry is away, what is loaded goes on, and it is told once', async (t) => {
  const { load, registry, alias } = await build(t, ['1', '2', '3'], { champion: '1' });
  const { catalogue, events } = await load();
  await alias('2');
  registry.away = true;
  for (let i = 0; i < 3; i++) await t.rejects(catalogue.follow(), { name: 'UnreachableRegistryError' });
  t.equal((await catalogue.version('adder')).version, '1');
  t.match(catalogue.lost, /no route/);
  await t.rejects(Promise.resolve(catalogue.version('adder', '2')), {
    code: 'registry_unavailable',
    retryAfter: 1,
  });
  registry.away = false;
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '2');
  t.equal(catalogue.lost, undefined);
  t.strictSame(
    types(events).filter((type) => type.startsWith('registry')),
    ['registry_lost', 'registry_found'],
  );
});

t.test('aliases that cannot be read leave those before, and are told once', async (t) => {
  const { root, load, alias } = await build(t, ['1', '2'], { champion: '1' });
  const { catalogue, events } = await load();
  const file = join(root, 'adder', 'aliases', '000002.json');
  await writeFile(file, '{');
  await catalogue.follow();
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '1');
  t.strictSame(types(events), ['aliases_broken']);
  await rm(file);
  await alias('2');
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '2');
});

t.test('without aliases the newest is loaded, and versions by number answer', async (t) => {
  const { load } = await build(t, ['1', '2']);
  const { catalogue, loaded } = await load();
  t.strictSame(loaded(), ['2']);
  t.equal((await catalogue.version('adder', '1')).version, '1');
  t.throws(() => catalogue.version('adder'), { code: 'model_not_found', message: /no champion/ });
});

t.test('an empty registry is served: what is published later is found', async (t) => {
  const { load, write, alias } = await build(t, []);
  const { catalogue } = await load();
  t.strictSame(catalogue.entries, []);
  await write('1');
  await alias('1');
  await catalogue.follow();
  t.equal((await catalogue.version('adder')).version, '1');
});

t.test('a model that cannot be read does not keep another from its champion', async (t) => {
  const { root, load, registry, write, alias } = await build(t, ['1'], { champion: '1' });
  await writeVersion(root, { model: 'aaa' });
  await appendAliases(root, '1', { model: 'aaa' });
  const { catalogue } = await load();
  const aliases = registry.aliases.bind(registry);
  registry.aliases = async (model) => {
    if (model === 'aaa') throw new UnreachableRegistryError(new Error('denied'));
    return aliases(model);
  };
  await write('2');
  await alias('2');
  await t.rejects(catalogue.follow(), /denied/);
  t.equal((await catalogue.version('adder')).version, '2');
  t.equal((await catalogue.version('aaa')).version, '1');
});

t.test('closed, it leaves no tensor', async (t) => {
  const before = memory().numTensors;
  const { load, alias } = await build(t, ['1', '2']);
  await alias('1', { canary: '2' });
  const { catalogue } = await load();
  t.ok(memory().numTensors > before);
  catalogue.dispose();
  t.equal(memory().numTensors, before);
});
