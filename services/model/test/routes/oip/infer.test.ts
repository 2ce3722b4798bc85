import { gzipSync } from 'node:zlib';
import t from 'tap';
import { build } from '../../build.ts';
import { sigmoidOfSum } from '../../fixtures.ts';

const URL = '/v2/models/adder/infer';
const input = (data: unknown, shape = [1, 3]) => ({ name: 'features', shape, datatype: 'FP32', data });
const near = (actual: number, expected: number) => Math.abs(actual - expected) < 1e-5;

t.test('answers rows, flat or nested, and echoes the id', async (t) => {
  const { post } = await build(t);
  for (const data of [
    [0.1, 0.2, 0.3, 1, 2, -4],
    [
      [0.1, 0.2, 0.3],
      [1, 2, -4],
    ],
  ]) {
    const answer = await post(URL, { id: 'call-7', parameters: { any: 1 }, inputs: [input(data, [2, 3])] });
    t.equal(answer.statusCode, 200);
    const { outputs, ...rest } = answer.json();
    t.strictSame(rest, { model_name: 'adder', model_version: '1', id: 'call-7' });
    t.match(outputs, [{ name: 'probability', shape: [2, 1], datatype: 'FP32' }]);
    t.ok(near(outputs[0].data[0], sigmoidOfSum(0.6)));
    t.ok(near(outputs[0].data[1], sigmoidOfSum(-1)));
  }
});

t.test('prints float32 in its shortest form', async (t) => {
  const { post } = await build(t);
  const [output] = (await post(URL, { inputs: [input([0.1, 0.2, 0.3])] })).json().outputs;
  t.ok(String(output.data[0]).length <= 11, String(output.data[0]));
  t.equal(Math.fround(output.data[0]), output.data[0] && Math.fround(Number(String(output.data[0]))));
});

t.test('takes JSON under any content type, none, and compressed', async (t) => {
  const { post } = await build(t);
  const body = JSON.stringify({ inputs: [input([0, 0, 0])] });
  for (const type of ['', 'application/octet-stream', 'application/x-www-form-urlencoded', 'no/such;;/type'])
    t.equal((await post(URL, Buffer.from(body), type ? { 'content-type': type } : {})).statusCode, 200, type);
  t.equal((await post(URL, gzipSync(body), { 'content-encoding': 'gzip' })).statusCode, 200);
  t.equal((await post(URL, gzipSync(body), { 'content-encoding': 'deflate' })).statusCode, 400);
  t.equal((await post(URL, body, { 'content-encoding': 'br' })).statusCode, 415);
  const bomb = gzipSync(Buffer.alloc(17 * 1_048_576, 32));
  t.equal((await post(URL, bomb, { 'content-encoding': 'gzip' })).statusCode, 413, 'however small it came');
});

t.test('names what is wrong with a request', async (t) => {
  const { post } = await build(t);
  const cases: [unknown, RegExp][] = [
    ['{"inputs": [', /the body is not JSON/],
    ['[]', /body must be object/],
    [{}, /inputs is missing/],
    [{ inputs: [] }, /inputs must NOT have fewer than 1 items/],
    [{ inputs: [{ name: 'features', shape: [1, 3], data: [1, 2, 3] }] }, /inputs\.0\.datatype is missing/],
    [{ inputs: [{ ...input([1, 2, 3]), name: 'x' }] }, /input "x": the model has no such input/],
    [{ inputs: [input([1, 2, 3]), input([1, 2, 3])] }, /input "features": is there twice/],
    [
      { inputs: [{ ...input([1, 2, 3]), datatype: 'INT64' }] },
      /"features": datatype is INT64, the model takes FP32/,
    ],
    [{ inputs: [input([1, 2], [1, 2])] }, /"features": shape is \[1,2\], the model takes \[-1,3\]/],
    [{ inputs: [input([], [0, 3])] }, /"features": shape is \[0,3\]: there are no rows/],
    [{ inputs: [input([1, 2])] }, /"features": data has 2 elements, not 3/],
    [{ inputs: [input([[1, 2]])] }, /"features": data\[0\] has 2 elements, not 3/],
    [{ inputs: [input([[1, 2, 3], 4], [2, 3])] }, /"features": data\[1\] is 4, not a list/],
    [{ inputs: [input([1, '2', 3])] }, /"features": data\[1\] is "2", not a number/],
    [{ inputs: [input([1, null, 3])] }, /"features": data\[1\] is null, not a number/],
    [
      '{"inputs":[{"name":"features","shape":[1,3],"datatype":"FP32","data":[1,1e39,3]}]}',
      /data\[1\] is 1e\+39, not finite in float32/,
    ],
    [
      '{"inputs":[{"name":"features","shape":[1,3],"datatype":"FP32","data":[1,NaN,3]}]}',
      /the body is not JSON/,
    ],
    [{ inputs: [{ ...input([]), data: undefined }] }, /has neither data nor binary_data_size/],
    [{ inputs: [input([1, 2, 3])], outputs: [{ name: 'y' }] }, /output "y": the model has no such output/],
  ];
  for (const [payload, message] of cases) {
    const answer = await post(URL, payload as object);
    t.equal(answer.statusCode, 400, String(message));
    t.equal(answer.headers['content-type'], 'application/json', 'exactly, as KServe reads no other');
    t.strictSame(Object.keys(answer.json()), ['error']);
    t.match(answer.json().error, message);
  }
});

t.test('an answer that JSON cannot say is an error, not null', async (t) => {
  const { post } = await build(t);
  const answer = await post(URL, { inputs: [input([3e38, 3e38, -3e38])] });
  // inf + -inf in the sum is NaN only on backends that add in this order; a finite answer is as good
  if (answer.statusCode === 200) t.ok(Number.isFinite(answer.json().outputs[0].data[0]));
  else t.match(answer.json(), { error: /output "probability": the answer is not finite/ });
});

t.test('knows no other model, version or way in', async (t) => {
  const { post, inject } = await build(t);
  const body = { inputs: [input([1, 2, 3])] };
  t.equal((await post('/v2/models/adder/versions/1/infer', body)).statusCode, 200);
  t.match((await post('/v2/models/adder/versions/9/infer', body)).json(), {
    error: /version "9" .* does not exist/,
  });
  t.equal((await post('/v2/models/adder/versions/9/infer', body)).statusCode, 404);
  t.match((await post('/v2/models/other/infer', body)).json(), { error: 'there is no model "other"' });
  t.equal((await inject({ method: 'GET', url: URL })).statusCode, 404);
});
