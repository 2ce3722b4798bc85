import t from 'tap';
import { isBatchable } from '../../src/inference/batchable.ts';
import type { Predictor } from '../../src/inference/predict.ts';
import type { Datatype, NamedTensor } from '../../src/inference/tensor.ts';

/** @param compute from the rows of `x` to one number a row */
function predictor(
  compute: (data: number[]) => number[],
  { input = [-1, 1], output = [-1, 1], datatype = 'FP32' as Datatype } = {},
): Predictor & { calls: number } {
  return {
    calls: 0,
    inputs: [{ name: 'x', datatype, shape: input }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: output }],
    async predict([x]: readonly NamedTensor[]) {
      this.calls += 1;
      const data = x?.data as Float32Array;
      const answer = compute([...data]);
      return [{ name: 'y', datatype: 'FP32', shape: [answer.length, 1], data: Float32Array.from(answer) }];
    },
  };
}
const same = (data: number[]) => data;

t.test('rows that stand for themselves may share an execution', async (t) => {
  t.ok(await isBatchable(predictor(same)));
  t.ok(await isBatchable(predictor((data) => data.map(() => Number.NaN))), 'NaN on ones says nothing');
});

t.test('an answer that depends on the other rows may not be shared', async (t) => {
  const mean = (data: number[]) => data.map(() => data.reduce((a, b) => a + b, 0) / data.length);
  t.notOk(await isBatchable(predictor(mean)));
  t.notOk(await isBatchable(predictor((data) => [data.reduce((a, b) => a + b, 0)])), 'one answer for all');
  const picky = (data: number[]) => {
    if (data.length > 1) throw new Error('one at a time');
    return data;
  };
  t.notOk(await isBatchable(predictor(picky)));
});

t.test('a first axis of a fixed size, or none, is not one of rows', async (t) => {
  for (const shapes of [{ input: [1, 1] }, { output: [1, 1] }, { input: [] }]) {
    const fixed = predictor(same, shapes);
    t.notOk(await isBatchable(fixed));
    t.equal(fixed.calls, 0, 'nothing has to be tried');
  }
});

t.test('where zeros and ones would say nothing, the axes decide', async (t) => {
  for (const options of [{ datatype: 'BYTES' as Datatype }, { input: [-1, -1] }]) {
    const untried = predictor(same, options);
    t.ok(await isBatchable(untried));
    t.equal(untried.calls, 0);
  }
});
