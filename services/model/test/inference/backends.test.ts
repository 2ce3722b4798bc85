import * as tf from '@tensorflow/tfjs-core';
import t from 'tap';
import { chooseBackend } from '../../src/inference/backend.ts';
import { build } from '../build.ts';
import { summingGraph, writeAliases, writeVersion } from '../fixtures.ts';
import { usableBackends } from './usable-backends.ts';

const rows = Array.from({ length: 40 }, (_, i) => [i / 7 - 3, Math.sin(i), 1 / (i + 1)]);

t.test(
  'every backend gives the same answers to 1e-5, for both kinds of model, and leaks nothing',
  async (t) => {
    const answers = new Map<string, number[]>();
    for (const backend of await usableBackends()) {
      await t.test(backend, async (t) => {
        const { post, get } = await build(t, {
          backend,
          prepare: async (root) => {
            await writeVersion(root, { model: 'graph', files: summingGraph(3) });
            await writeAliases(root, '1', undefined, 'graph');
          },
        });
        t.equal((await get('/v2')).json().backend.name, backend);
        t.equal((await get('/v2/models/graph')).json().platform, 'tensorflowjs_graph_model');
        const before = tf.memory().numTensors;
        for (const model of ['adder', 'graph']) {
          const { predictions } = (await post(`/v1/models/${model}:predict`, { instances: rows })).json();
          answers.set(`${backend} ${model}`, predictions.flat());
        }
        t.equal(tf.memory().numTensors, before, 'no tensor is left');
      });
    }
    const expected = rows.map((row) => 1 / (1 + Math.exp(-row.reduce((a, b) => a + b, 0))));
    t.ok(answers.size >= 4, 'wasm and cpu at least');
    for (const [name, actual] of answers) {
      const worst = Math.max(...expected.map((p, i) => Math.abs(p - (actual[i] ?? Number.NaN))));
      t.ok(worst < 1e-5, `${name}: ${worst}`);
    }
  },
);

t.test('auto serves on wasm and says why', async (t) => {
  const backend = await chooseBackend('auto', 'serving');
  t.match(backend, { name: 'wasm', why: /serving/, others: { cpu: /slower/, tensorflow: /slower/ } });
});

t.test('auto trains on what is there', async (t) => {
  const usable = await usableBackends();
  const backend = await chooseBackend('auto', 'training');
  t.equal(backend.name, usable.includes('tensorflow') ? 'tensorflow' : 'wasm');
  if (backend.name === 'wasm')
    t.match(backend.others, { tensorflow: /@tensorflow\/tfjs-node/, cpu: /slower/ });
});
