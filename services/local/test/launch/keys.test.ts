import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { keptKey } from '../../src/launch/keys.ts';

t.test('the key is made once, and only its owner may read it', async (t) => {
  const file = join(testFolder(t), 'api-key');
  const key = await keptKey(file, 'ts');
  t.match(key, /^ts_[\w-]{32}$/);
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.equal(readFileSync(file, 'utf8'), `${key}\n`);
  t.equal(await keptKey(file, 'ts'), key, 'the same key the second time');
  t.not(await keptKey(join(t.testdirName, 'other'), 'ts'), key, 'another file, another key');
});

t.test('a file that a crash left empty gets a key', async (t) => {
  const file = join(testFolder(t, { key: '' }), 'key');
  const key = await keptKey(file, 'ts');
  t.match(key, /^ts_/);
  t.equal(await keptKey(file, 'ts'), key);
});

t.test('a key that was put there by hand is taken as it is', async (t) => {
  const file = join(testFolder(t), 'key');
  writeFileSync(file, '  by-hand\n');
  t.equal(await keptKey(file, 'ts'), 'by-hand');
});

t.test('a file that cannot be read is no reason for a new key', async (t) => {
  await t.rejects(keptKey(testFolder(t), 'ts'), { code: 'EISDIR' });
});
