import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';

const PROGRAM = fileURLToPath(new URL('./full-disk-process.ts', import.meta.url));
/** A disk of its own, where the kernel lets anybody have one. */
const MOUNT =
  'mount -t tmpfs -o size=256k tmpfs "$1" && exec "$2" --import @tristore/common/typescript.mjs "$3" "$1"';

const { status } = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']);
const skip = status === 0 ? false : 'no user namespaces with mounts here';

t.test(
  'a full disk refuses, keeps what was acknowledged, and takes more when there is room',
  { skip },
  async (t) => {
    const folder = testFolder(t);
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-rm', 'sh', '-c', MOUNT, 'sh', folder, process.execPath, PROGRAM],
      { encoding: 'utf8' },
    );
    t.ok(stdout, stderr);
    const { acknowledged, refusals, segments, delivered, counts } = JSON.parse(stdout);
    t.ok(acknowledged.length > 10 && refusals.length > 10, `${acknowledged.length} and ${refusals.length}`);
    t.match(refusals[0], { code: 'evaluation_log_unavailable', message: /nothing was kept/ });
    t.ok(segments <= 2, 'refused appends leave no files behind');
    t.equal(acknowledged.at(-1), 60, 'it takes more when there is room');
    t.same(delivered, acknowledged, 'just what was acknowledged');
    t.match(counts, { refused: refusals.length, torn_bytes: 0, damaged_bytes: 0 });
  },
);
