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
  };
  t.strictSame((await get('/v2/models/adder')).json(), metadata);
  t.strictSame((await get('/v2/models/adder/versions/2')).json(), metadata);
  t.equal((await get('/v2/models/adder/versions/3')).statusCode, 404);
  t.equal((await get('/v2/models/none')).statusCode, 404);
});

t.test('a model is ready, with or without a version', async (t) => {
  const { get } = await build(t);
  t.strictSame((await get('/v2/models/adder/ready')).json(), { name: 'adder', ready: true });
  t.strictSame((await get('/v2/models/adder/versions/1/ready')).json(), { name: 'adder', ready: true });
  t.equal((await get('/v2/models/adder/versions/4/ready')).statusCode, 404);
});
