import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import { sigmoidOfSum } from '../../fixtures.ts';

const URL = '/v2/models/adder/infer';
const ROWS = [0.1, 0.2, 0.3, 1, 2, -4];
const floats = (numbers: readonly number[]) => Buffer.from(new Float32Array(numbers).buffer);

/** A request as tritonclient makes it: JSON, then the tensor. */
function request(numbers: readonly number[], changes: object = {}, parameters: object = {}) {
  const tail = floats(numbers);
  const json = JSON.stringify({
    parameters: { binary_data_output: true },
    inputs: [
      {
        name: 'features',
        shape: [numbers.length / 3, 3],
        datatype: 'FP32',
        parameters: { binary_data_size: tail.length, ...parameters },
      },
    ],
    ...changes,
  });
  return {
    payload: Buffer.concat([Buffer.from(json), tail]),
    headers: { 'inference-header-content-length': String(Buffer.byteLength(json)) },
  };
}

async function send(t: Test) {
  const { post } = await build(t);
  return ({ payload, headers }: ReturnType<typeof request>) => post(URL, payload, headers);
}

t.test('tensors in binary both ways', async (t) => {
  const answer = await (await send(t))(request(ROWS));
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['content-type'], 'application/octet-stream');
  const length = Number(answer.headers['inference-header-content-length']);
  t.strictSame(JSON.parse(answer.rawPayload.toString('utf8', 0, length)), {
    model_name: 'adder',
    model_version: '1',
    outputs: [{ name: 'probability', shape: [2, 1], datatype: 'FP32', parameters: { binary_data_size: 8 } }],
  });
  t.equal(answer.rawPayload.length, length + 8);
  t.ok(Math.abs(answer.rawPayload.readFloatLE(length) - sigmoidOfSum(0.6)) < 1e-5);
  t.ok(Math.abs(answer.rawPayload.readFloatLE(length + 4) - sigmoidOfSum(-1)) < 1e-5);
});

t.test("an output's own wish goes before the request's", async (t) => {
  const call = await send(t);
  const json = await call(
    request(ROWS, { outputs: [{ name: 'probability', parameters: { binary_data: false } }] }),
  );
  t.equal(json.headers['content-type'], 'application/json');
  t.equal(json.json().outputs[0].data.length, 2);
  const wish = [{ name: 'probability', parameters: { binary_data: true } }];
  const binary = await call(request(ROWS, { parameters: {}, outputs: wish }));
  t.equal(binary.headers['content-type'], 'application/octet-stream');
});

t.test('NaN passes both ways, so that one row does not spoil its batch', async (t) => {
  const answer = await (await send(t))(request([1, Number.NaN, 3, 0, 0, 0]));
  t.equal(answer.statusCode, 200);
  const length = Number(answer.headers['inference-header-content-length']);
  t.ok(Number.isNaN(answer.rawPayload.readFloatLE(length)));
  t.equal(answer.rawPayload.readFloatLE(length + 4), 0.5);
});

t.test('says what does not fit together', async (t) => {
  const call = await send(t);
  const whole = request(ROWS);
  const cases: [ReturnType<typeof request>, RegExp][] = [
    [request([1, 2, 3], {}, { binary_data_size: 16 }), /binary_data_size is 16, but 12 bytes are left/],
    [request([1, 2, 3], {}, { binary_data_size: 8 }), /4 bytes behind the last binary tensor/],
    [request([1, 2, 3], {}, { binary_data_size: '12' }), /binary_data_size must be a whole number/],
    [{ ...whole, headers: { 'inference-header-content-length': '99999' } }, /is 99999, but the body has/],
    [{ ...whole, headers: { 'inference-header-content-length': 'x' } }, /is x, but the body has/],
  ];
  const short = { name: 'features', shape: [3, 3], datatype: 'FP32', parameters: { binary_data_size: 24 } };
  cases.push([request(ROWS, { inputs: [short] }), /binary_data_size is 24, but the shape needs 36 bytes/]);
  const both = { ...short, shape: [2, 3], data: ROWS };
  cases.push([request(ROWS, { inputs: [both] }), /has both data and binary_data_size/]);
  for (const [bad, message] of cases) {
    const answer = await call(bad);
    t.equal(answer.statusCode, 400, String(message));
    t.match(answer.json().error, message);
  }
});
