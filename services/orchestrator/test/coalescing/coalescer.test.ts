import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { seededRandom } from '@tristore/common/random.ts';
import t from 'tap';
import { Coalescer, type CoalescerOptions, type Outcome } from '../../src/coalescing/coalescer.ts';

const IDLE = { busy: 0.1 };
const BUSY = { busy: 0.9 };

interface Call {
  items: readonly number[];
  answer(outcomes?: readonly Outcome<number>[]): void;
  fail(error: Error): void;
  signal: AbortSignal;
}

/** A coalescer whose calls wait until the test answers them; by itself an item's result is ten times the item. */
function build(options: Partial<CoalescerOptions<number, number>> = {}) {
  const calls: Call[] = [];
  const coalescer = new Coalescer<number, number>({
    load: IDLE,
    call: (items, signal) =>
      new Promise((resolve, reject) => {
        const answer = (outcomes = items.map((item) => ({ result: item * 10 }) as Outcome<number>)) =>
          resolve(outcomes);
        calls.push({ items, answer, fail: reject, signal });
      }),
    maxItems: 4,
    maxWaiting: 100,
    full: () => new Error('full'),
    late: () => new Error('late'),
    ...options,
  });
  const soon = () => performance.now() + 5_000;
  return { calls, coalescer, submit: (item: number, deadline = soon()) => coalescer.submit(item, deadline) };
}

const itemsOf = (calls: readonly Call[]) => calls.map(({ items }) => items);

t.test('what comes in one turn of the event loop shares a call, at once', async (t) => {
  const { calls, submit } = build();
  const results = [submit(1), submit(2), submit(3)];
  await turn();
  t.same(itemsOf(calls), [[1, 2, 3]]);
  calls[0]?.answer();
  t.same(await Promise.all(results), [10, 20, 30]);
});

t.test('an idle process has four calls in flight; what comes then shares the next', async (t) => {
  const { calls, submit } = build();
  const results = [];
  for (let item = 1; item <= 7; item++) {
    results.push(submit(item));
    await turn();
  }
  t.same(itemsOf(calls), [[1], [2], [3], [4]]);
  calls[2]?.answer();
  await results[2];
  await turn();
  t.same(itemsOf(calls).slice(4), [[5, 6, 7]]);
  for (const call of calls) call.answer();
  t.same(await Promise.all(results), [10, 20, 30, 40, 50, 60, 70]);
});

t.test(
  'a busy process has one call in flight, and another once that takes three times the median',
  async (t) => {
    const { calls, submit } = build({ load: BUSY });
    const first = submit(1);
    await turn();
    await sleep(20);
    calls[0]?.answer();
    await first;

    const began = performance.now();
    const slow = submit(2);
    await turn();
    const behind = submit(3);
    await turn();
    t.same(itemsOf(calls).slice(1), [[2]], 'it waits');
    while (calls.length < 3 && performance.now() - began < 2_000) await sleep(1);
    const waited = performance.now() - began;
    t.same(itemsOf(calls).slice(2), [[3]], 'it goes beside the slow one');
    t.ok(waited > 55, `after ${waited} ms`);
    submit(4).catch(() => {});
    await turn();
    t.equal(calls.length, 3, 'a third does not');
    calls[2]?.answer();
    t.equal(await behind, 30);
    calls[1]?.answer();
    t.equal(await slow, 20);
  },
);

t.test('a call is no larger than its limits', async (t) => {
  const { calls, submit } = build({ maxBytes: 100, bytesOf: (item) => item });
  const results = [1, 2, 3, 4, 5, 96, 300, 7].map((item) => submit(item));
  await turn();
  t.same(
    itemsOf(calls),
    [[1, 2, 3, 4], [5], [96], [300]],
    'the last is larger than the limit: it goes alone',
  );
  for (const call of calls) call.answer();
  await results[6];
  await turn();
  calls[4]?.answer();
  t.same(await Promise.all(results), [10, 20, 30, 40, 50, 960, 3000, 70]);
});

t.test('what finds no room is refused at once, and costs no call', async (t) => {
  const { calls, submit } = build({ maxWaiting: 2 });
  const results = [submit(1), submit(2)];
  await t.rejects(submit(3), { message: 'full' });
  await turn();
  calls[0]?.answer();
  t.same(await Promise.all(results), [10, 20]);
});

t.test('an item whose deadline passed while it waited is not asked for', async (t) => {
  const { calls, submit } = build({ load: BUSY });
  const first = submit(1);
  await turn();
  const late = submit(2, performance.now() + 5);
  const inTime = submit(3);
  await sleep(10);
  calls[0]?.answer();
  await first;
  await t.rejects(late, { message: 'late' });
  await turn();
  t.same(itemsOf(calls), [[1], [3]]);
  calls[1]?.answer();
  t.equal(await inTime, 30);
});

t.test('a call is given up when the last of its items is late', async (t) => {
  const { calls, submit } = build();
  const now = performance.now();
  const results = [submit(1, now + 60), submit(2, now + 250)].map((result) => result.catch(String));
  await sleep(100);
  t.notOk(calls[0]?.signal.aborted);
  await sleep(250);
  t.ok(calls[0]?.signal.aborted);
  calls[0]?.fail(new Error('given up'));
  t.same(await Promise.all(results), ['Error: given up', 'Error: given up']);
});

t.test('items without room on the other side are asked for again alone; errors stay their own', async (t) => {
  const { calls, submit } = build();
  const results = [1, 2, 3].map((item) => submit(item));
  await turn();
  calls[0]?.answer([{ result: 10 }, 'again', { error: new Error('mine') }]);
  t.equal(await results[0], 10);
  await t.rejects(results[2] as Promise<number>, { message: 'mine' });
  while (calls.length < 2) await sleep(1);
  t.same(calls[1]?.items, [2]);
  calls[1]?.answer(['again']);
  while (calls.length < 3) await sleep(1);
  calls[2]?.answer();
  t.equal(await results[1], 20);
});

t.test('what is asked for again gives up at its deadline', async (t) => {
  const { calls, submit } = build();
  const result = submit(1, performance.now() + 10).catch(String);
  await turn();
  calls[0]?.answer(['again']);
  t.equal(await result, 'Error: late');
  t.equal(calls.length, 1);
});

t.test('a call that fails fails its own items only', async (t) => {
  const { calls, submit } = build();
  const lost = submit(1);
  await turn();
  const kept = submit(2);
  await turn();
  calls[0]?.fail(new Error('away'));
  calls[1]?.answer();
  await t.rejects(lost, { message: 'away' });
  t.equal(await kept, 20);
});

t.test('an outcome is never another item’s, whatever the sizes and times', async (t) => {
  const random = seededRandom(7);
  const asked: number[] = [];
  const coalescer = new Coalescer<number, number>({
    load: {
      get busy() {
        return random.next();
      },
    },
    async call(items) {
      await sleep(random.next() * 3);
      return items.map((item) => {
        asked.push(item);
        if (random.next() < 0.05) return 'again';
        return item % 13 === 0 ? { error: new Error(String(item)) } : { result: -item };
      });
    },
    maxItems: 9,
    maxWaiting: 10_000,
    full: () => new Error('full'),
    late: () => new Error('late'),
  });
  const results: Promise<number | string>[] = [];
  for (let item = 1; item <= 600; item++) {
    results.push(coalescer.submit(item, performance.now() + 60_000).catch((error: Error) => error.message));
    if (random.next() < 0.1) await sleep(random.next() * 2);
  }
  const expected = Array.from({ length: 600 }, (_, i) => ((i + 1) % 13 === 0 ? String(i + 1) : -(i + 1)));
  t.same(await Promise.all(results), expected);
  t.equal(coalescer.waiting, 0);
  t.equal(coalescer.inFlight, 0);
  t.ok(asked.length > 600, 'some were asked for again');
});
