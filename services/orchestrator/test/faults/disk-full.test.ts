import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { assertKept } from './kept-records.ts';
import { Load } from './load.ts';
import { startSystem } from './system.ts';

/** A disk of its own, where the kernel lets anybody have one. */
const MOUNT = 'mount -t tmpfs -o size=512k tmpfs "$1" && shift && exec "$@"';
const { status } = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']);
const skip = status === 0 ? false : 'no user namespaces with mounts here';

t.setTimeout(240_000);

t.test(
  'the disk is full: nothing is promised that is not kept, and it goes on by itself',
  { skip },
  async (t) => {
    const system = await startSystem(t);
    const spool = join(system.dataDir, 'small-disk');
    mkdirSync(spool);
    const { service, url } = await system.orchestrator({ SPOOL_DIR: spool, LOG_LEVEL: 'info' }, [
      'unshare',
      '-rm',
      'sh',
      '-c',
      MOUNT,
      'sh',
      spool,
    ]);
    const load = new Load({ target: () => url, workers: 8, restMs: 2 });
    const refused = () => load.answers.filter(({ status }) => status !== 200);
    system.proxies.firehose.fail('refuse');
    for (const end = Date.now() + 20_000; refused().length < 50 && Date.now() < end; ) await sleep(20);
    t.ok(refused().length >= 50, `${refused().length} refused`);
    t.same([...new Set(refused().map(({ code }) => code))], ['evaluation_log_unavailable']);
    t.ok(load.acknowledged.size > 50, `${load.acknowledged.size} acknowledged before`);
    system.proxies.firehose.heal();
    const before = load.acknowledged.size;
    for (const end = Date.now() + 20_000; load.acknowledged.size < before + 50 && Date.now() < end; )
      await sleep(20);
    t.ok(load.acknowledged.size >= before + 50, 'it answers again');
    await load.stop();
    t.equal(await service.stop(), 0);
    assertKept(t, load, await system.kept(), 0);
  },
);
