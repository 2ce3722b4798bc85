import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { build } from '../../build.ts';
import { summingModel, writeVersion } from '../../fixtures.ts';

const two = async (root: string) =>
  writeVersion(root, { version: '2', files: await summingModel(3, 'zeros') });

t.test('the server tells its extensions, its backend and why not another', async (t) => {
  const { get } = await build(t, { backend: 'cpu' });
  t.match((await get('/v2')).json(), {
    name: 'tristore',
    version: /^\d+\.\d+\.\d+$/,
    extensions: ['binary_tensor_data'],
    backend: { name: 'cpu', why: 'asked for', others: { wasm: String, tensorflow: String } },
    registry: { reachable: true },
  });
});

t.test('a model tells its versions and the order of its features', async (t) => {
  const { get } = await build(t, { prepare: two });
  const metadata = {
    name: 'adder',
    versions: ['1', '2'],
    platform: 'tensorflowjs_layers_model',
    inputs: [
      {
        name: 'features',
        datatype: 'FP32',
        shape: [-1, 3],
        parameters: { feature_names: ['a', 'b', 'c'] },
      },
    ],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
    version_status: [
      { version: '1', state: 'AVAILABLE', labels: ['champion'] },
      { version: '2', state: 'AVAILABLE', labels: [] },
    ],
  };
  for (const path of ['/v2/models/adder', '/v2/models/adder/versions/2']) {
    const { explanation: _, ...rest } = (await get(path)).json();
    t.strictSame(rest, metadata);
  }
  t.equal((await get('/v2/models/adder/versions/3')).statusCode, 404);
  t.equal((await get('/v2/models/none')).statusCode, 404);
});

t.test('a model is ready, with or without a version', async (t) => {
  const { get } = await build(t);
  t.strictSame((await get('/v2/models/adder/ready')).json(), { name: 'adder', ready: true });
  t.strictSame((await get('/v2/models/adder/versions/1/ready')).json(), { name: 'adder', ready: true });
  t.equal((await get('/v2/models/adder/versions/4/ready')).statusCode, 404);
});

t.test(
  'a version that is broken, or not loaded, is told with its reason and is none to ask for',
  async (t) => {
    const { get } = await build(t, {
      prepare: async (root) => {
        for (const version of ['2', '3']) await writeVersion(root, { version });
        await writeFile(join(root, 'adder', '3', 'weights.bin'), 'rotten');
      },
    });
    const { versions, version_status: status } = (await get('/v2/models/adder')).json();
    t.strictSame(versions, ['1', '2']);
    t.match(status, [
      { version: '1', state: 'AVAILABLE', labels: ['champion'] },
      { version: '2', state: 'START', labels: [] },
      { version: '3', state: 'END', labels: [], reason: /weights\.bin does not match its checksum/ },
    ]);
    t.equal((await get('/v2/models/adder/versions/3')).statusCode, 404);
    t.equal((await get('/v2/models/adder/versions/2/ready')).statusCode, 200, 'loaded for whoever asks');
  },
);
