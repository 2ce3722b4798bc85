import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import type { Files } from '../../fixtures.ts';
import { writeAliases } from '../../fixtures.ts';
import { converted, echoing, placeholder, twoByTwo, writeBareVersion } from '../../graphs.ts';

async function served(t: Test, files: Files) {
  const { post, get } = await build(t, {
    prepare: async (root) => {
      await writeBareVersion(root, files, { model: 'm' });
      await writeAliases(root, '1', undefined, 'm');
    },
  });
  const predict = (body: object | string) => post('/v1/models/m:predict', body);
  const refused = async (body: object | string, message: RegExp) => {
    const answer = await predict(body);
    t.equal(answer.statusCode, 400, answer.body);
    t.match(answer.json().error, message);
  };
  return { predict, refused, get };
}
const echo = (t: Test, dtype: string, shape?: number[]) => served(t, echoing(dtype, shape));

t.test('NaN and infinities are bare tokens both ways', async (t) => {
  const { predict, refused } = await echo(t, 'DT_FLOAT');
  const { body } = await predict('{"instances":[[NaN,Infinity],[-Infinity,0.25]]}');
  t.equal(body, '{"predictions":[[NaN,Infinity],[-Infinity,0.25]]}');
  await refused({ instances: [[1e39, 0]] }, /input "x": data\[0\]\[0\] is 1e\+39, not finite in float32/);
  await refused('{"instances":[[nan,0]]}', /the body is not JSON/);
});

t.test('float32 prints in its shortest round trip, and keeps its point (WriteDecimal)', async (t) => {
  const { predict } = await echo(t, 'DT_FLOAT');
  const { body } = await predict({
    instances: [
      [0.1, 3],
      [16_777_216, -1e-7],
    ],
  });
  t.equal(body, '{"predictions":[[0.1,3.0],[16777216.0,-1e-7]]}');
});

t.test('integers are taken for floats, 1.0 is not taken for an integer', async (t) => {
  const floats = await echo(t, 'DT_FLOAT');
  t.strictSame((await floats.predict('{"instances":[[1,1.0]]}')).json(), { predictions: [[1, 1]] });
  const ints = await echo(t, 'DT_INT32');
  t.strictSame((await ints.predict('{"instances":[[1,-2]]}')).body, '{"predictions":[[1,-2]]}');
  for (const number of ['1.0', '1e0', '1.5'])
    await ints.refused(
      `{"instances":[[1,${number}]]}`,
      /input "x": data\[0\]\[1\] is .*, not a whole number/,
    );
  await ints.refused({ instances: [[1, 2 ** 31]] }, /not between -2147483648 and 2147483647/);
});

t.test('where a model takes both, 1.0 is a float and no integer', async (t) => {
  const node = [
    placeholder('f', 'DT_FLOAT', [-1]),
    placeholder('i', 'DT_INT32', [-1]),
    { name: 'copied', op: 'Identity', input: ['f'], attr: { T: { type: 'DT_FLOAT' } } },
    { name: 'counted', op: 'Identity', input: ['i'], attr: { T: { type: 'DT_INT32' } } },
  ];
  const { predict, refused } = await served(t, converted(node));
  const { body } = await predict('{"instances":[{"f":1.0,"i":1},{"f":2e0,"i":2}]}');
  t.equal(body, '{"predictions":[{"copied":1.0,"counted":1},{"copied":2.0,"counted":2}]}');
  await refused('{"inputs":{"f":[1.0],"i":[1.0]}}', /input "i": data\[0\] is .*, not a whole number/);
});

t.test('booleans are booleans', async (t) => {
  const { predict, refused } = await echo(t, 'DT_BOOL');
  t.strictSame((await predict({ instances: [[true, false]] })).json(), { predictions: [[true, false]] });
  await refused({ instances: [[1, false]] }, /input "x": data\[0\]\[0\] is 1, not true or false/);
});

t.test('strings as text or {"b64": …}', async (t) => {
  const { predict, refused } = await echo(t, 'DT_STRING', [-1]);
  const b64 = Buffer.from('zoë').toString('base64');
  const expected = { predictions: ['zoë', 'zoë', ''] };
  t.strictSame((await predict({ instances: ['zoë', { b64 }, ''] })).json(), expected);
  t.strictSame(
    (await predict({ instances: [{ b64 }, { b64: b64.replace('=', '') }, { b64: '' }] })).json(),
    expected,
  );
  t.strictSame((await predict({ inputs: { x: [{ b64 }] } })).json(), { outputs: ['zoë'] });
  await refused({ instances: [{ b64: '!!!' }] }, /input "x": data\[0\] is an object, not a string/);
  await refused({ instances: [7] }, /input "x": data\[0\] is 7, not a string/);
});

t.test('an output whose name ends with _bytes gives base64', async (t) => {
  const json = JSON.parse(Buffer.from(echoing('DT_STRING', [-1])['model.json'] ?? []).toString());
  json.signature.outputs = { y_bytes: json.signature.outputs.y };
  const { predict } = await served(t, { 'model.json': Buffer.from(JSON.stringify(json)) });
  t.strictSame((await predict({ instances: ['a', { b64: '//4=' }] })).json(), {
    predictions: [{ b64: 'YQ==' }, { b64: '//4=' }],
  });
});

t.test('a scalar, and tensors of more axes', async (t) => {
  const scalar = await echo(t, 'DT_FLOAT', []);
  t.equal((await scalar.predict({ inputs: 7 })).body, '{"outputs":7.0}');
  t.equal((await scalar.predict({ inputs: { x: 7.5 } })).body, '{"outputs":7.5}');
  await scalar.refused({ instances: [7] }, /input "x": shape is \[1\], the model takes \[\]/);
  const cube = await echo(t, 'DT_INT32', [-1, 2, 2]);
  const rows = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ];
  t.strictSame((await cube.predict({ instances: rows })).json(), { predictions: rows });
  await cube.refused({ instances: [[[1, 2], [3]]] }, /input "x": data\[0\]\[1\] has 1 elements, not 2/);
});

t.test(
  'several inputs and outputs: rows are objects whose keys are the inputs, columns one object',
  async (t) => {
    const { predict, refused } = await served(t, await twoByTwo());
    const instances = [
      { a: [1, 2], b: [1, 1, 1] },
      { b: [0, 0, 0], a: [3, 4] },
    ];
    t.strictSame((await predict({ instances })).json(), {
      predictions: [
        { sum: [6], copy: [1, 1, 1] },
        { sum: [7], copy: [0, 0, 0] },
      ],
    });
    const inputs = { a: [[1, 2]], b: [[1, 1, 1]], extra: 'passed over' };
    t.strictSame((await predict({ inputs })).json(), { outputs: { sum: [[6]], copy: [[1, 1, 1]] } });
    await refused({ instances: [[1, 2]] }, /instances: must be objects with the keys "a", "b"/);
    await refused({ inputs: [[1, 2]] }, /inputs: must be an object with the keys "a", "b"/);
    await refused({ instances: [{ a: [1, 2] }] }, /instances\[0\] "b": is missing/);
    await refused(
      { instances: [{ ...instances[0], c: 1 }] },
      /instances\[0\] "c": the model has no such input/,
    );
    await refused({ inputs: { a: [[1, 2]] } }, /input "b": is missing/);
    await refused({ inputs: { ...inputs, b: [] } }, /input "b": shape is \[0\], the model takes/);
    await refused(
      {
        inputs: {
          ...inputs,
          b: [
            [1, 1, 1],
            [1, 1, 1],
          ],
        },
      },
      /input "b": has 2 rows, but "a" has 1/,
    );
  },
);

t.test("metadata tells the datatypes in TensorFlow's words", async (t) => {
  for (const dtype of ['DT_STRING', 'DT_HALF', 'DT_INT64', 'DT_BOOL', 'DT_DOUBLE']) {
    const { get } = await echo(t, dtype);
    const { signature_def } = (await get('/v1/models/m/metadata')).json().metadata.signature_def;
    t.match(signature_def.serving_default.inputs.x, {
      dtype,
      tensor_shape: { dim: [{ size: '-1' }, { size: '2' }] },
    });
  }
});
