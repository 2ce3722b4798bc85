import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { publishArtifacts } from '../../src/launch/publish-artifacts.ts';

const stateOf = (champion: string, changed_by: string) => ({
  champion,
  shadows: [],
  changed_at: '2026-03-04T05:06:07.089Z',
  changed_by,
  reason: 'a test',
});

const committed = () => ({
  scorer: {
    1: { 'manifest.json': '{"version":1}', 'weights.bin': 'one' },
    aliases: { '000001.json': JSON.stringify(stateOf('1', 'train')) },
  },
  'README.md': 'no model',
});

t.test('versions and aliases are copied whole', async (t) => {
  const root = testFolder(t, { from: committed() });
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await publishArtifacts(from, to);
  const served = new FolderRegistry(to);
  t.same(await served.models(), ['scorer']);
  t.same(await served.versions('scorer'), ['1']);
  t.equal(Buffer.from(await served.read('scorer', '1', 'weights.bin')).toString(), 'one');
  t.same(await served.aliases('scorer'), { number: 1, state: stateOf('1', 'train') });
  t.same(readdirSync(join(to, 'scorer')).sort(), ['1', 'aliases'], 'nothing half-copied lies about');
});

t.test('what is there already stays; new versions come, aliases promoted since are kept', async (t) => {
  const root = testFolder(t, { from: committed() });
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await publishArtifacts(from, to);
  const served = new FolderRegistry(to);

  // promoted here, and at the same time another version and another promotion are committed
  t.ok(await served.append('scorer', 2, stateOf('2', 'here')));
  writeFileSync(join(to, 'scorer/1/weights.bin'), 'as it is served');
  mkdirSync(join(from, 'scorer/2'));
  writeFileSync(join(from, 'scorer/2/weights.bin'), 'two');
  writeFileSync(join(from, 'scorer/aliases/000002.json'), JSON.stringify(stateOf('1', 'committed')));
  await publishArtifacts(from, to);

  t.same(await served.versions('scorer'), ['1', '2']);
  t.same(await served.aliases('scorer'), { number: 2, state: stateOf('2', 'here') });
  t.equal(readFileSync(join(to, 'scorer/1/weights.bin'), 'utf8'), 'as it is served', 'copied once');
});

t.test('a copy that a crash cut off is made anew', async (t) => {
  const root = testFolder(t, {
    from: committed(),
    to: { scorer: { '1.part': { 'weights.bin': 'on' }, aliases: {} } },
  });
  await publishArtifacts(join(root, 'from'), join(root, 'to'));
  const served = new FolderRegistry(join(root, 'to'));
  t.same(readdirSync(join(root, 'to/scorer')).sort(), ['1', 'aliases']);
  t.equal(Buffer.from(await served.read('scorer', '1', 'weights.bin')).toString(), 'one');
  t.match(await served.aliases('scorer'), { number: 1 });
});

t.test('models without aliases, and no models at all', async (t) => {
  const { aliases: _, ...scorer } = committed().scorer;
  const root = testFolder(t, { from: { scorer }, none: {} });
  await publishArtifacts(join(root, 'from'), join(root, 'to'));
  const served = new FolderRegistry(join(root, 'to'));
  t.same(await served.versions('scorer'), ['1']);
  t.equal(await served.aliases('scorer'), undefined);
  await publishArtifacts(join(root, 'none'), join(root, 'to'));
  t.same(await served.models(), ['scorer']);
});
