import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { lockFolder } from '../../src/launch/lock.ts';

t.test('the lock names its holder and is given back', async (t) => {
  const folder = testFolder(t);
  const unlock = await lockFolder(folder);
  t.equal(readFileSync(join(folder, 'lock'), 'utf8'), String(process.pid));
  await unlock();
  t.notOk(existsSync(join(folder, 'lock')));
});

t.test('a lock of a process that runs is refused and stays', async (t) => {
  const holder = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
  t.teardown(() => holder.kill('SIGKILL'));
  await once(holder, 'spawn');
  const folder = testFolder(t, { lock: String(holder.pid) });
  await t.rejects(lockFolder(folder), new StartupError(`${folder} is in use by process ${holder.pid}`));
  t.equal(readFileSync(join(folder, 'lock'), 'utf8'), String(holder.pid));

  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await (await lockFolder(folder))();
});

t.test('a lock that a dead process or a crash in the middle of a write left is taken over', async (t) => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const left of [String(pid), '']) {
    const folder = testFolder(t, { lock: left });
    const unlock = await lockFolder(folder);
    t.equal(readFileSync(join(folder, 'lock'), 'utf8'), String(process.pid));
    await unlock();
  }
});
