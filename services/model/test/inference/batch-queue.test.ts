import { deepStrictEqual } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { TristoreError } from '@tristore/common/errors.ts';
import fc from 'fast-check';
import t from 'tap';
import { type BatchLimits, BatchQueue } from '../../src/inference/batch-queue.ts';
import type { Predictor } from '../../src/inference/predict.ts';
import type { NamedTensor } from '../../src/inference/tensor.ts';

const LIMITS: BatchLimits = { maxRows: 1000, maxQueuedRows: 10_000 };

const floats = (name: string, shape: readonly number[], data: ArrayLike<number>): NamedTensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: Float32Array.from(data),
});

/** Sums and doubles rows of any width, once `held` is over; remembers the rows of each execution. */
function summing(held?: Promise<unknown>) {
  const executions: number[] = [];
  const spec = (name: string, shape: number[]) => ({ name, datatype: 'FP32' as const, shape });
  const predictor: Predictor = {
    inputs: [spec('x', [-1, -1])],
    outputs: [spec('sum', [-1, 1]), spec('double', [-1, -1])],
    predict: async ([x], outputs = ['sum', 'double']) => {
      await held;
      const { shape, data } = x as NamedTensor & { data: Float32Array };
      const [rows = 0, width = 0] = shape;
      executions.push(rows);
      if (data.includes(-1)) throw new Error('-1 cannot be summed');
      const sums = Array.from({ length: rows }, (_, r) =>
        data.subarray(r * width, (r + 1) * width).reduce((a, b) => a + b, 0),
      );
      return outputs.map((name) => {
        if (name === 'sum') return floats('sum', [rows, 1], sums);
        if (name === 'double')
          return floats(
            'double',
            [rows, width],
            data.map((value) => value * 2),
          );
        throw new Error(`the graph gives no output "${name}"`);
      });
    },
  };
  return { predictor, executions };
}

/** What was to run in this turn of the loop has begun. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A promise, and how it is kept. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const rows = (...values: number[][]) => ({
  inputs: [floats('x', [values.length, values[0]?.length ?? 0], values.flat())],
});
const sumsOf = async (answer: Promise<NamedTensor[]>) => [...((await answer)[0]?.data ?? [])];
const code = (error: unknown) => (error instanceof TristoreError ? error.code : error);

t.test('calls of one turn share an execution, and a lone one waits for no other', async (t) => {
  const { predictor, executions } = summing();
  const queue = new BatchQueue(predictor, true, LIMITS);
  t.strictSame(await sumsOf(queue.predict(rows([1, 2]))), [3]);
  t.strictSame(executions, [1]);
  const answers = await Promise.all([
    sumsOf(queue.predict(rows([1, 2]))),
    sumsOf(queue.predict(rows([3, 4], [5, 6]))),
    sumsOf(queue.predict(rows([7, 8]))),
  ]);
  t.strictSame(answers, [[3], [7, 11], [15]]);
  t.strictSame(executions, [1, 4]);
  t.equal(queue.queuedRows, 0);
});

t.test('while a backend computes beside the thread, calls gather', async (t) => {
  const { open, opened } = gate();
  const { predictor, executions } = summing(opened);
  const queue = new BatchQueue(predictor, true, LIMITS);
  const answers = [queue.predict(rows([1]))];
  for (let i = 0; i < 5; i++) {
    await turn();
    answers.push(queue.predict(rows([i])));
  }
  open();
  await Promise.all(answers);
  t.strictSame(executions, [1, 5]);
});

t.test('results never mix, whatever comes together (property)', async (t) => {
  const call = fc.record({
    count: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 3 }),
    outputs: fc.constantFrom(undefined, ['sum'], ['double'], ['double', 'sum']),
    later: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (calls, maxRows, batchable) => {
        const { predictor, executions } = summing();
        const queue = new BatchQueue(predictor, batchable, { maxRows, maxQueuedRows: 10_000 });
        let next = 0;
        const answered = calls.map(async ({ count, width, outputs, later }) => {
          const own = Array.from({ length: count }, () => Array.from({ length: width }, () => next++));
          if (later) await new Promise(setImmediate);
          const answers = await queue.predict({ ...rows(...own), outputs });
          const expected = {
            sum: floats(
              'sum',
              [count, 1],
              own.map((row) => row.reduce((a, b) => a + b, 0)),
            ),
            double: floats(
              'double',
              [count, width],
              own.flat().map((value) => value * 2),
            ),
          };
          const names = (outputs ?? ['sum', 'double']) as ('sum' | 'double')[];
          deepStrictEqual(
            answers,
            names.map((name) => expected[name]),
          );
        });
        await Promise.all(answered);
        for (const size of executions)
          if (size > Math.max(maxRows, 9)) throw new Error(`${size} rows at once`);
        if (executions.reduce((a, b) => a + b, 0) !== calls.reduce((sum, { count }) => sum + count, 0))
          throw new Error('a row was computed twice or never');
        if (!batchable && executions.length !== calls.length) throw new Error('calls shared an execution');
      },
    ),
    { numRuns: 60 },
  );
  t.pass('fast-check found no counterexample');
});

t.test('an execution takes no more rows than it may; a larger call runs alone', async (t) => {
  const { predictor, executions } = summing();
  const queue = new BatchQueue(predictor, true, { maxRows: 3, maxQueuedRows: 100 });
  const of = (count: number) => queue.predict(rows(...Array.from({ length: count }, () => [1])));
  await Promise.all([of(2), of(1), of(1), of(5), of(1)]);
  t.strictSame(executions, [3, 1, 5, 1]);
});

t.test('a full queue refuses with a time to come back; who finds nobody waiting is taken', async (t) => {
  const { predictor } = summing();
  const queue = new BatchQueue(predictor, true, { maxRows: 2, maxQueuedRows: 2 });
  const of = (count: number) => queue.predict(rows(...Array.from({ length: count }, () => [1])));
  const large = of(3);
  t.equal(queue.queuedRows, 3);
  await t.rejects(of(1), {
    code: 'overloaded',
    retryAfter: 1,
    message: /3 rows wait already, of 2 that may/,
  });
  t.equal((await large)[0]?.shape[0], 3);
  t.ok(await of(1), 'there is room again');
});

t.test('a call whose deadline passed is dropped before it runs', async (t) => {
  const { open, opened } = gate();
  const { predictor, executions } = summing(opened);
  const queue = new BatchQueue(predictor, true, LIMITS);
  const running = queue.predict(rows([1]));
  await turn();
  const late = queue.predict({ ...rows([2]), deadline: performance.now() + 5 }).catch(code);
  const patient = queue.predict({ ...rows([3]), deadline: performance.now() + 10_000 });
  await sleep(10);
  open();
  t.equal(await late, 'deadline_exceeded');
  t.strictSame(await sumsOf(patient), [3]);
  await running;
  t.strictSame(executions, [1, 1], 'the late row was never computed');
  t.equal(queue.queuedRows, 0);
});

t.test("one call's fault is not another's", async (t) => {
  const { predictor } = summing();
  const queue = new BatchQueue(predictor, true, LIMITS);
  const [good, bad, other, unknown] = await Promise.all([
    sumsOf(queue.predict(rows([1]))),
    queue.predict(rows([-1])).catch((error: Error) => error.message),
    sumsOf(queue.predict(rows([2]))),
    queue.predict({ ...rows([4]), outputs: ['none'] }).catch((error: Error) => error.message),
  ]);
  t.strictSame([good, other], [[1], [2]]);
  t.equal(bad, '-1 cannot be summed');
  t.equal(unknown, 'the graph gives no output "none"');
});

t.test('inputs that disagree about the rows run alone', async (t) => {
  const executions: number[] = [];
  const spec = (name: string) => ({ name, datatype: 'FP32' as const, shape: [-1, 1] });
  const predictor: Predictor = {
    inputs: [spec('a'), spec('b')],
    outputs: [spec('y')],
    predict: async (inputs) => {
      executions.push(inputs[0]?.shape[0] ?? 0);
      if (inputs[0]?.shape[0] !== inputs[1]?.shape[0]) throw new Error('rows differ');
      return [floats('y', inputs[0]?.shape ?? [], inputs[0]?.data as Float32Array)];
    },
  };
  const queue = new BatchQueue(predictor, true, LIMITS);
  const pair = (a: number, b: number) =>
    queue.predict({
      inputs: [floats('a', [a, 1], new Array(a).fill(a)), floats('b', [b, 1], new Array(b).fill(b))],
    });
  const [one, odd, two] = await Promise.allSettled([pair(1, 1), pair(2, 1), pair(2, 2)]);
  t.match([one, odd, two], [{ status: 'fulfilled' }, { status: 'rejected' }, { status: 'fulfilled' }]);
  t.strictSame(executions, [3, 2]);
});
