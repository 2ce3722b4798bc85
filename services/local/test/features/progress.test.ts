import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { progressOn } from '../../src/features/progress.ts';

/** What was written on something that is a terminal, or is none. */
function output(isTTY: boolean) {
  const out = { isTTY, text: '', write: (text: string) => (out.text += text) };
  return out;
}

t.test('without a terminal: nothing while it is quick, then whole lines', async (t) => {
  const out = output(false);
  const progress = progressOn(out)('wrote', 10);
  const now = performance.now;
  t.teardown(() => {
    performance.now = now;
  });
  progress.at(1);
  t.equal(out.text, '');
  performance.now = () => now.call(performance) + 6_000;
  progress.at(6);
  progress.stop();
  t.match(out.text, /^wrote 6 of 10 rows, 1 rows\/s, 4 s left\n$/);
});

t.test('rows that were done before say nothing of the speed', async (t) => {
  const out = output(false);
  const now = performance.now;
  t.teardown(() => {
    performance.now = now;
  });
  const progress = progressOn(out)('wrote', 9_000_060, 1_000_000);
  performance.now = () => now.call(performance) + 10_000;
  progress.at(1_001_000);
  t.match(out.text, /^wrote 1001000 of 9000060 rows, (100|99) rows\/s, 22\.\d h left\n$/);
});

t.test('a total that turns out too small is not told', async (t) => {
  const out = output(false);
  const now = performance.now;
  t.teardown(() => {
    performance.now = now;
  });
  const progress = progressOn(out)('looked at', 5);
  performance.now = () => now.call(performance) + 10_000;
  progress.at(6);
  t.match(out.text, /^looked at 6 rows, 1 rows\/s\n$/);
});

t.test('on a terminal one line that counts up, taken away at the end', async (t) => {
  const out = output(true);
  const progress = progressOn(out)('checked');
  await sleep(120);
  progress.at(7);
  progress.stop();
  const line = out.text.replaceAll('\r\x1b[K', '|');
  t.match(line, /^\|checked 7 rows, \d+ rows\/s\|$/);
});
