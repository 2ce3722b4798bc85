import { memory, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { initializers, input, type LayersModel, layers, model, sequential } from '@tensorflow/tfjs-layers';
import t from 'tap';
import { chooseBackend } from '../../src/inference/backend.ts';
import { denseChain } from '../../src/inference/dense-chain.ts';
import { BACKEND } from '../forced-backend.ts';

t.before(async () => {
  await chooseBackend(BACKEND, 'serving');
});

let seed = 1;
const dense = (units: number, activation?: 'relu' | 'sigmoid' | 'tanh', options: object = {}) =>
  layers.dense({
    units,
    ...(activation && { activation }),
    kernelInitializer: initializers.randomNormal({ seed: seed++ }),
    biasInitializer: initializers.randomNormal({ seed: seed++ }),
    ...options,
  });
const stack = (...stacked: layers.Layer[]) => {
  const made = sequential();
  for (const layer of stacked) made.add(layer);
  return made;
};
const first = (units: number, activation?: 'relu' | 'sigmoid') =>
  dense(units, activation, { inputShape: [5] });

const rows = (count: number) =>
  tensor2d(
    Array.from({ length: count * 5 }, (_, i) => Math.sin(i) * 3),
    [count, 5],
  );

t.test("answers are tfjs-layers' own, to the last bit, and no tensor is left", (t) => {
  const models: Record<string, LayersModel> = {
    'a tower': stack(first(7, 'relu'), dense(3, 'relu'), dense(1, 'sigmoid')),
    'ramps and calibration': stack(
      first(9),
      layers.reLU({ maxValue: 1 }),
      layers.dropout({ rate: 0.5 }),
      dense(4, 'relu'),
      dense(1),
      dense(1),
      layers.activation({ activation: 'sigmoid' }),
    ),
    'other activations of their own': stack(
      first(4),
      layers.reLU(),
      layers.activation({ activation: 'linear' }),
      layers.activation({ activation: 'relu' }),
      dense(2, undefined, { useBias: false }),
    ),
  };
  for (const [name, made] of Object.entries(models)) {
    const before = memory().numTensors;
    const chain = denseChain(made);
    t.ok(chain, name);
    for (const count of [1, 3, 40]) {
      const [own, theirs] = tidy(() => {
        const x = rows(count);
        return [chain?.run(x), made.apply(x) as Tensor2D].map((tensor) => [
          tensor?.shape,
          [...(tensor?.dataSync() ?? [])],
        ]);
      });
      t.strictSame(own, theirs, `${name}, ${count} rows`);
    }
    chain?.dispose();
    t.equal(memory().numTensors, before);
  }
  t.end();
});

t.test('any other form is left to tfjs-layers, and nothing is kept', (t) => {
  const x = input({ shape: [5] });
  const shared = dense(5);
  const sum = layers.add().apply([dense(2).apply(x) as never, dense(2).apply(x) as never]);
  const others: Record<string, LayersModel> = {
    'an activation that is not built in': stack(first(3), dense(2, 'tanh')),
    'an activation layer that is none of ours': stack(first(3), layers.activation({ activation: 'softmax' })),
    'another layer': stack(first(3), layers.batchNormalization()),
    'rows that are sequences': stack(dense(3, 'relu', { inputShape: [4, 5] })),
    'two ways': model({ inputs: x, outputs: sum as never }),
    'two outputs': model({ inputs: x, outputs: [dense(1).apply(x), dense(1).apply(x)] as never }),
    'a layer that is used twice': model({ inputs: x, outputs: shared.apply(shared.apply(x)) as never }),
  };
  for (const [name, made] of Object.entries(others)) {
    const before = memory().numTensors;
    t.equal(denseChain(made), undefined, name);
    t.equal(memory().numTensors, before);
  }
  t.end();
});
