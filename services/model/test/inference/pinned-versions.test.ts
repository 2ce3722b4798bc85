import t from 'tap';
import { PinnedVersions } from '../../src/inference/pinned-versions.ts';

t.test('the latest are kept, beside those that are kept anyhow', async (t) => {
  const pinned = new PinnedVersions(2);
  for (const version of ['1', '2', '3', '1', '4']) pinned.pin(version);
  t.strictSame(pinned.latest(new Set(['4'])), ['3', '1']);
  t.strictSame(pinned.latest(new Set()), ['1', '4'], 'one that is no longer kept anyhow was named, too');
  t.strictSame(pinned.latest(new Set(['1', '4'])), [], 'what was passed over is forgotten');
});

t.test('ten minutes after its last call a version is let go', async (t) => {
  const now = Date.now;
  t.teardown(() => {
    Date.now = now;
  });
  const pinned = new PinnedVersions(2);
  pinned.pin('1');
  Date.now = () => now() + 599_000;
  pinned.pin('2');
  t.strictSame(pinned.latest(new Set()), ['1', '2']);
  Date.now = () => now() + 601_000;
  t.strictSame(pinned.latest(new Set()), ['2']);
});
