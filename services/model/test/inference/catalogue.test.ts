import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import t from 'tap';
import { chooseBackend } from '../../src/inference/backend.ts';
import { loadCatalogue } from '../../src/inference/catalogue.ts';
import { writeAliases, writeVersion } from '../fixtures.ts';

t.before(async () => {
  await chooseBackend('auto', 'serving');
});

const spoil = (root: string, version: string) =>
  writeFile(join(root, 'adder', version, 'weights.bin'), 'rotten');

t.test('every version is loaded; the aliases say which answers', async (t) => {
  const root = t.testdir({});
  for (const version of ['1', '2', '10']) await writeVersion(root, { version });
  await writeAliases(root, '1');
  await writeAliases(root, '2', '10');
  const catalogue = await loadCatalogue(new FolderRegistry(root));
  t.teardown(() => catalogue.dispose());
  const versionOf = ({ version }: { version: string }) => version;
  t.strictSame([...catalogue.entry('adder').versions.keys()], ['1', '2', '10']);
  t.equal(versionOf(catalogue.version('adder')), '2');
  t.equal(versionOf(catalogue.version('adder', '1')), '1');
  t.equal(versionOf(catalogue.labelled('adder', 'canary')), '10');
  t.throws(() => catalogue.version('other'), { code: 'model_not_found' });
  t.throws(() => catalogue.version('adder', '3'), { code: 'version_not_found' });
  t.throws(() => catalogue.labelled('adder', 'shadow'), { code: 'version_not_found' });
});

t.test('a broken version that is not the champion takes no traffic', async (t) => {
  const root = t.testdir({});
  for (const version of ['1', '2']) await writeVersion(root, { version });
  await writeAliases(root, '1');
  await spoil(root, '2');
  const catalogue = await loadCatalogue(new FolderRegistry(root));
  t.teardown(() => catalogue.dispose());
  t.match(catalogue.entry('adder').broken.get('2'), /weights\.bin does not match its checksum/);
  t.throws(() => catalogue.version('adder', '2'), { code: 'version_not_found', message: /is broken/ });
});

t.test('a broken or missing champion stops the start', async (t) => {
  const root = t.testdir({});
  for (const version of ['1', '2']) await writeVersion(root, { version });
  await writeAliases(root, '2');
  await spoil(root, '2');
  const load = () => loadCatalogue(new FolderRegistry(root));
  await t.rejects(load(), { name: 'BrokenVersionError', message: /version 2: weights\.bin/ });
  await writeAliases(root, '3');
  await t.rejects(load(), { name: 'BrokenVersionError', message: /version 3: it is the champion, but/ });
});

t.test('without a champion only versions by number answer', async (t) => {
  const root = t.testdir({});
  await writeVersion(root);
  const catalogue = await loadCatalogue(new FolderRegistry(root));
  t.teardown(() => catalogue.dispose());
  t.ok(catalogue.version('adder', '1'));
  t.throws(() => catalogue.version('adder'), { code: 'model_not_found', message: /no champion/ });
});

t.test('an empty registry stops the start', async (t) => {
  await t.rejects(loadCatalogue(new FolderRegistry(t.testdir({}))), {
    name: 'StartupError',
    message: 'REGISTRY: there is no model in it',
  });
});
