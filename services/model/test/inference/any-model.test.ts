import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { chooseBackend } from '../../src/inference/backend.ts';
import { loadVersion } from '../../src/inference/load-version.ts';
import { graphPredictor } from '../../src/inference/predict.ts';
import type { NamedTensor } from '../../src/inference/tensor.ts';
import { type Files, summingGraph, summingModel } from '../fixtures.ts';
import { BACKEND } from '../forced-backend.ts';
import { converted, echoing, info, type Node, placeholder, saved, writeBareVersion } from '../graphs.ts';

t.before(async () => {
  await chooseBackend(BACKEND, 'serving');
});

async function load(t: Test, files: Files) {
  const root = testFolder(t);
  await writeBareVersion(root, files);
  const version = await loadVersion(new FolderRegistry(root), 'bare', '1');
  t.teardown(() => version.dispose());
  return version;
}

const edited = (files: Files, edit: (json: Record<string, never>) => void): Files => {
  const json = JSON.parse(Buffer.from(files['model.json'] ?? []).toString());
  edit(json);
  return { ...files, 'model.json': Buffer.from(JSON.stringify(json)) };
};
const floats = (name: string, shape: number[], ...data: number[]): NamedTensor => ({
  name,
  datatype: 'FP32',
  shape,
  data: Float32Array.from(data),
});

t.test('a layers model without a manifest has the names of its layers, at each load the same', async (t) => {
  const files = await saved(
    sequential({
      layers: [
        layers.dense({ units: 2, inputShape: [3], name: 'first' }),
        layers.dense({ units: 1, name: 'last' }),
      ],
    }),
  );
  for (const _ of [1, 2]) {
    const { predictor, manifest, format } = await load(t, files);
    t.equal(manifest, undefined);
    t.equal(format, 'layers-model');
    t.strictSame(predictor.inputs, [{ name: 'first_input', datatype: 'FP32', shape: [-1, 3] }]);
    t.strictSame(predictor.outputs, [{ name: 'last', datatype: 'FP32', shape: [-1, 1] }]);
  }
});

t.test('a graph model has the names of its signature, else of its nodes', async (t) => {
  const signed = await load(t, summingGraph(3));
  t.match(signed.predictor.inputs, [{ name: 'features', shape: [-1, 3] }]);
  t.match(signed.predictor.outputs, [{ name: 'probability', shape: [-1, 1] }]);
  const bare = await load(
    t,
    edited(summingGraph(3), (json) => delete json['signature']),
  );
  t.match(bare.predictor.inputs, [{ name: 'x', shape: [-1, 3] }]);
  t.match(bare.predictor.outputs, [{ name: 'y' }]);
  const [answer] = await bare.predictor.predict([floats('x', [2, 3], 0, 0, 0, 1, 2, -3)]);
  t.strictSame(answer, { name: 'y', datatype: 'FP32', shape: [2, 1], data: new Float32Array([0.5, 0.5]) });
});

t.test('outputs of a SavedModel that gave a dictionary have its keys', async (t) => {
  const files = edited(summingGraph(3), (json) =>
    Object.assign(json, { userDefinedMetadata: { structuredOutputKeys: ['score'] } }),
  );
  const { predictor } = await load(t, files);
  t.match(predictor.outputs, [{ name: 'score', shape: [-1, 1] }]);
  t.match(await predictor.predict([floats('features', [1, 3], 0, 0, 0)]), [{ name: 'score' }]);
});

t.test('a graph that does not tell its rank takes any', async (t) => {
  const node: Node[] = [
    {
      name: 'x',
      op: 'Placeholder',
      attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { unknownRank: true } } },
    },
    { name: 'y', op: 'Identity', input: ['x'], attr: { T: { type: 'DT_FLOAT' } } },
  ];
  const { predictor } = await load(t, converted(node));
  t.match(predictor.inputs, [{ name: 'x', anyRank: true }]);
  t.match(await predictor.predict([floats('x', [1, 2, 1], 1, 2)]), [{ shape: [1, 2, 1] }]);
});

t.test('control flow runs asynchronously, and leaves no tensor', async (t) => {
  const float = { T: { type: 'DT_FLOAT' } };
  const node: Node[] = [
    placeholder('x', 'DT_FLOAT', [-1]),
    placeholder('p', 'DT_BOOL', []),
    { name: 'switch', op: 'Switch', input: ['x', 'p'], attr: float },
    { name: 'negated', op: 'Neg', input: ['switch'], attr: float },
    { name: 'doubled', op: 'AddV2', input: ['switch:1', 'switch:1'], attr: float },
    { name: 'y', op: 'Merge', input: ['negated', 'doubled'], attr: float },
  ];
  const signature = {
    inputs: { x: info('x:0', 'DT_FLOAT', [-1]), p: info('p:0', 'DT_BOOL', []) },
    outputs: { y: info('y:0', 'DT_FLOAT', [-1]) },
  };
  const { predictor, graph } = await load(t, converted(node, { signature }));
  t.ok(graph.runAsync);
  const ask = (p: boolean) =>
    predictor.predict([
      floats('x', [2], 3, 4),
      { name: 'p', datatype: 'BOOL', shape: [], data: Uint8Array.of(p ? 1 : 0) },
    ]);
  t.match(await ask(true), [{ name: 'y', data: new Float32Array([6, 8]) }]);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 20; i++) t.match(await ask(i % 2 === 0), [{ shape: [2] }]);
  t.equal(tf.memory().numTensors, before);
});

t.test('a hash table of words, which the model fills in itself', async (t) => {
  const { predictor } = await load(t, vocabulary());
  t.match(predictor.inputs, [{ name: 'word', datatype: 'BYTES', shape: [-1] }], 'the table is no input');
  const word = (...words: string[]): NamedTensor => ({
    name: 'word',
    datatype: 'BYTES',
    shape: [words.length],
    data: words.map((text) => Buffer.from(text)),
  });
  const [answer] = await predictor.predict([word('dog', 'cow', 'cat')]);
  t.strictSame(answer?.data, Int32Array.of(2, -1, 1));
});

t.test("values that a look-up does not know are the caller's fault, and the next call works", async (t) => {
  const files = await saved(
    sequential({
      layers: [
        layers.embedding({ inputDim: 10, outputDim: 2, inputShape: [3] }),
        layers.flatten(),
        layers.dense({ units: 1 }),
      ],
    }),
  );
  const { predictor } = await load(t, files);
  const name = predictor.inputs[0]?.name ?? '';
  const before = tf.memory().numTensors;
  await t.rejects(predictor.predict([floats(name, [1, 3], 99, 0, 0)]), {
    code: 'invalid_request',
    message: /^the model cannot run on these inputs: /,
  });
  t.match(await predictor.predict([floats(name, [1, 3], 9, 0, 0)]), [{ shape: [1, 1] }]);
  t.equal(tf.memory().numTensors, before);
});

t.test('a graph that cannot run on anything is our fault', async (t) => {
  const { graph } = await load(t, await summingModel(3));
  const run = () => {
    throw new Error('the backend is lost');
  };
  const { predict } = graphPredictor({ ...graph, run });
  await t.rejects(predict([floats('x', [1, 3], 1, 2, 3)]), {
    message: 'the backend is lost',
    code: undefined,
  });
});

t.test('what is no model of TensorFlow.js says why', async (t) => {
  const cases: [Files, RegExp][] = [
    [{}, /model\.json cannot be read/],
    [{ 'model.json': Buffer.from('{') }, /model\.json is not JSON/],
    [{ 'model.json': Buffer.from('{"modelTopology":{}}') }, /weightsManifest is missing/],
    [
      edited(await summingModel(3), (json) =>
        Object.assign(json, { weightsManifest: [{ paths: ['gone.bin'], weights: [] }] }),
      ),
      /gone\.bin cannot be read/,
    ],
    [{ ...(await summingModel(3)), 'weights.bin': Buffer.alloc(4) }, /TensorFlow\.js cannot load it/],
    [
      edited(echoing('DT_FLOAT'), (json) =>
        Object.assign(json, { weightsManifest: [{ paths: ['../../secret'], weights: [] }] }),
      ),
      /names weights outside of its folder: \.\.\/\.\.\/secret/,
    ],
    [
      converted([placeholder('x', 'DT_FLOAT', [-1, 2]), { name: 'y', op: 'NoSuchOp', input: ['x'] }]),
      /warm-up: .*NoSuchOp|cannot load it.*NoSuchOp/,
    ],
    [echoing('DT_COMPLEX64'), /complex64 cannot be served/],
  ];
  for (const [files, message] of cases)
    await t.rejects(load(t, files), { name: 'BrokenVersionError', message }, String(message));
});

/** word -> its number, by tf.lookup.StaticHashTable as the converter writes it. */
function vocabulary(): Files {
  const words = ['cat', 'dog'].map((word) => Buffer.from(word));
  const bytes = Buffer.concat(
    words.flatMap((word) => [Buffer.from(Uint32Array.of(word.length).buffer), word]),
  );
  const node: Node[] = [
    placeholder('word', 'DT_STRING', [-1]),
    { name: 'table', op: 'Placeholder', attr: { dtype: { type: 'DT_RESOURCE' }, shape: { shape: {} } } },
    {
      name: 'unknown',
      op: 'Const',
      attr: { dtype: { type: 'DT_INT32' }, value: { tensor: { dtype: 'DT_INT32', tensorShape: {} } } },
    },
    {
      name: 'number',
      op: 'LookupTableFindV2',
      input: ['table', 'word', 'unknown'],
      attr: { Tin: { type: 'DT_STRING' }, Tout: { type: 'DT_INT32' } },
    },
  ];
  const constant = (name: string, dtype: string): Node => ({
    name,
    op: 'Const',
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: { dim: [{ size: '2' }] } } } },
  });
  const types = { key_dtype: { type: 'DT_STRING' }, value_dtype: { type: 'DT_INT32' } };
  const initializer: Node[] = [
    constant('keys', 'DT_STRING'),
    constant('values', 'DT_INT32'),
    {
      name: 'made',
      op: 'HashTableV2',
      attr: { ...types, shared_name: { s: Buffer.from('t').toString('base64') } },
    },
    {
      name: 'filled',
      op: 'LookupTableImportV2',
      input: ['made', 'keys', 'values'],
      attr: { Tin: { type: 'DT_STRING' }, Tout: { type: 'DT_INT32' } },
    },
  ];
  const resource = { name: 'table:0', dtype: 'DT_RESOURCE', tensorShape: {}, resourceId: 1 };
  const json = {
    signature: {
      inputs: { word: info('word:0', 'DT_STRING', [-1]), table: resource },
      outputs: { number: info('number:0', 'DT_INT32', [-1]) },
    },
    modelInitializer: { node: initializer, versions: {} },
    initializerSignature: {
      outputs: { made: { ...resource, name: 'made' }, filled: { name: 'filled', dtype: 'DT_RESOURCE' } },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: [
          { name: 'unknown', shape: [], dtype: 'int32' },
          { name: 'keys', shape: [2], dtype: 'string' },
          { name: 'values', shape: [2], dtype: 'int32' },
        ],
      },
    ],
  };
  return {
    ...converted(node, json),
    'weights.bin': Buffer.concat([
      Buffer.from(Int32Array.of(-1).buffer),
      bytes,
      Buffer.from(Int32Array.of(1, 2).buffer),
    ]),
  };
}
