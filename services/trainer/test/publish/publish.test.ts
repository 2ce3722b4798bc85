import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { nameFirstChampion, nextVersion, writeVersion } from '../../src/publish/publish.ts';

const files = { 'manifest.json': Buffer.from('{}'), 'weights.bin': Buffer.from([1, 2]) };

t.test('a version is written whole', async (t) => {
  const root = testFolder(t);
  t.equal(await nextVersion(root, 'm'), '1');
  const folder = await writeVersion(root, 'm', '1', files);
  t.same((await readdir(folder)).sort(), ['manifest.json', 'weights.bin']);
  t.same([...(await readFile(join(folder, 'weights.bin')))], [1, 2]);
  t.equal(await nextVersion(root, 'm'), '2');
});

t.test('a version that exists is not touched, and leaves nothing behind', async (t) => {
  const root = testFolder(t, { m: { 1: { 'weights.bin': 'old' } } });
  await t.rejects(writeVersion(root, 'm', '1', files), {
    name: 'StartupError',
    message: 'm version 1 exists, and versions never change',
  });
  t.equal(await readFile(join(root, 'm', '1', 'weights.bin'), 'utf8'), 'old');
  t.same(await readdir(join(root, 'm')), ['1']);
});

t.test('a version that cannot be written whole is not there', async (t) => {
  const root = testFolder(t);
  await t.rejects(writeVersion(root, 'm', '1', { ...files, 'no/such/folder': Buffer.from('') }));
  t.same(await readdir(join(root, 'm')), []);
});

t.test('of two at once, one gets the number', async (t) => {
  const root = testFolder(t);
  const results = await Promise.allSettled([
    writeVersion(root, 'm', '1', files),
    writeVersion(root, 'm', '1', files),
  ]);
  t.same(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  t.same(await readdir(join(root, 'm')), ['1']);
});

t.test('only the first version is made the champion', async (t) => {
  const root = testFolder(t);
  t.equal(await nameFirstChampion(root, 'm', '1'), true);
  t.equal(await nameFirstChampion(root, 'm', '2'), false);
});
