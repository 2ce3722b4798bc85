import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FolderRegistry } from '../../src/registry/folder-registry.ts';
import { openRegistry } from '../../src/registry/open-registry.ts';

const state = (champion: string) => ({
  champion,
  shadows: [],
  changed_at: '2026-01-01T00:00:00Z',
  changed_by: 'test',
  reason: 'because',
});

t.test('versions in order of number; what is no version is passed over', async (t) => {
  const root = t.testdir({ m: { 10: {}, 2: {}, '2.part': {}, aliases: {} }, empty: {}, 'a-file': 'x' });
  const registry = new FolderRegistry(root);
  t.same(await registry.versions('m'), ['2', '10']);
  t.same(await registry.versions('none'), []);
  t.same(await registry.models(), ['m']);
  t.same(await new FolderRegistry(join(root, 'nowhere')).models(), []);
});

t.test('the newest alias state serves, and a number is given once', async (t) => {
  const root = t.testdir({ m: { 1: {} } });
  const registry = new FolderRegistry(root);
  t.equal(await registry.aliases('m'), undefined);
  t.equal(await registry.append('m', 1, state('1')), true);
  const tries = await Promise.all([1, 2, 3, 4].map((n) => registry.append('m', 2, state(String(n)))));
  t.equal(tries.filter(Boolean).length, 1, 'of four at once one wins');
  const newest = await registry.aliases('m');
  t.equal(newest?.number, 2);
  t.equal(newest?.state.champion, String(tries.indexOf(true) + 1), 'and the winner is what is kept');
  await t.rejects(registry.append('m', 3, { ...state('1'), champion: 'x' }), /champion/);
  mkdirSync(join(root, 'm/aliases'), { recursive: true });
  writeFileSync(join(root, 'm/aliases/000009.json'), '{}');
  await t.rejects(registry.aliases('m'), { name: 'SchemaError' });
});

t.test('a registry is a folder or a file: URL', async (t) => {
  const root = t.testdir({ m: { 1: {} } });
  t.same(await openRegistry(`file://${root}`).models(), ['m']);
  t.same(await openRegistry(root).models(), ['m']);
  t.throws(() => openRegistry('ftp://x/y'), { name: 'StartupError' });
});
