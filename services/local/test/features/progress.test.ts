import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { progressOn } from '../../src/features/progress.ts';

/** Progress on something that is a terminal, or is none, by a clock of its own. */
function start(isTTY: boolean) {
  const out = { isTTY, text: '', write: (text: string) => (out.text += text) };
  const clock = { now: 0 };
  return { out, clock, show: progressOn(out, () => clock.now) };
}

t.test('without a terminal: nothing while it is quick, then whole lines', async (t) => {
  const { out, clock, show } = start(false);
  const progress = show('wrote', 10);
  progress.at(1);
  t.equal(out.text, '');
  clock.now = 6_000;
  progress.at(6);
  clock.now = 7_000;
  progress.at(7);
  progress.stop();
  t.equal(out.text, 'wrote 6 of 10 rows, 1 rows/s, 4 s left\n');
});

t.test('rows that were done before say nothing of the speed', async (t) => {
  const { out, clock, show } = start(false);
  const progress = show('wrote', 9_000_060, 1_000_000);
  clock.now = 10_000;
  progress.at(1_001_000);
  t.equal(out.text, 'wrote 1001000 of 9000060 rows, 100 rows/s, 22.2 h left\n');
});

t.test('a total that turns out too small is not told', async (t) => {
  const { out, clock, show } = start(false);
  const progress = show('looked at', 5);
  clock.now = 10_000;
  progress.at(6);
  t.equal(out.text, 'looked at 6 rows, 1 rows/s\n');
});

t.test('on a terminal one line that counts up, taken away at the end', async (t) => {
  const { out, clock, show } = start(true);
  const progress = show('checked');
  clock.now = 1_000;
  progress.at(7);
  progress.stop();
  t.equal(out.text, '\r\x1b[Kchecked 7 rows, 7 rows/s\r\x1b[K');
});

t.test('on a terminal, with a total: a bar', async (t) => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 30 });
  let drawn = '';
  stream.on('data', (chunk: Buffer) => {
    drawn += chunk;
  });
  const clock = { now: 0 };
  const progress = progressOn(stream, () => clock.now)('wrote', 10);
  clock.now = 5_000;
  progress.at(5);
  // the bar draws itself some times a second
  await sleep(150);
  progress.stop();
  t.match(drawn, '50%');
  t.match(drawn, 'wrote 5 of 10 rows, 1 rows/s, 5 s left');
});
