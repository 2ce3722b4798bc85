import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import { writeAliases } from '../../fixtures.ts';
import { echoing, writeBareVersion } from '../../graphs.ts';

/** A model that gives back what it gets, and a way to ask it. */
async function echo(t: Test, dtype: string) {
  const { post, get } = await build(t, {
    prepare: async (root) => {
      await writeBareVersion(root, echoing(dtype), { model: 'echo' });
      await writeAliases(root, '1', undefined, 'echo');
    },
  });
  const infer = (datatype: string, data: unknown[], shape = [1, 2]) =>
    post('/v2/models/echo/infer', { inputs: [{ name: 'x', datatype, shape, data }] });
  const binary = (datatype: string, bytes: Buffer, shape = [1, 2]) => {
    const json = JSON.stringify({
      parameters: { binary_data_output: true },
      inputs: [{ name: 'x', datatype, shape, parameters: { binary_data_size: bytes.length } }],
    });
    return post('/v2/models/echo/infer', Buffer.concat([Buffer.from(json), bytes]), {
      'inference-header-content-length': String(Buffer.byteLength(json)),
    });
  };
  return { infer, binary, get };
}

const view = (bytes: number, write: (view: DataView) => void) => {
  const buffer = Buffer.alloc(bytes);
  write(new DataView(buffer.buffer, buffer.byteOffset, bytes));
  return buffer;
};

/** Datatype, TensorFlow's name, sound values, the same in binary, and values that it has not. */
const CASES: [string, string, unknown[], Buffer, unknown[]][] = [
  ['BOOL', 'DT_BOOL', [true, false], Buffer.from([1, 0]), [1, 'true', null]],
  ['UINT8', 'DT_UINT8', [0, 255], Buffer.from([0, 255]), [256, -1, 0.5]],
  ['UINT16', 'DT_UINT16', [0, 65535], Buffer.from([0, 0, 255, 255]), [65536, -1]],
  ['UINT32', 'DT_UINT32', [0, 7], Buffer.from([0, 0, 0, 0, 7, 0, 0, 0]), [2 ** 31, -1]],
  ['UINT64', 'DT_UINT64', [0, 7], Buffer.from([...Array(8).fill(0), 7, ...Array(7).fill(0)]), [2 ** 53, -1]],
  ['INT8', 'DT_INT8', [-128, 127], Buffer.from([128, 127]), [128, -129]],
  ['INT16', 'DT_INT16', [-2, 258], Buffer.from([254, 255, 2, 1]), [32768, 1.5]],
  [
    'INT32',
    'DT_INT32',
    [-1, 2 ** 31 - 1],
    Buffer.from(new Int32Array([-1, 2 ** 31 - 1]).buffer),
    [2 ** 31, '1', true],
  ],
  ['INT64', 'DT_INT64', [-1, 7], Buffer.from(new BigInt64Array([-1n, 7n]).buffer), [2 ** 31, -(2 ** 40)]],
  ['FP16', 'DT_HALF', [1.5, -2], Buffer.from([0, 0x3e, 0, 0xc0]), ['1', null, 1e39]],
  ['FP32', 'DT_FLOAT', [0.1, -3e38], Buffer.from(new Float32Array([0.1, -3e38]).buffer), ['1', true, 1e39]],
  [
    'FP64',
    'DT_DOUBLE',
    [0.1, 7],
    view(16, (v) => [v.setFloat64(0, 0.1, true), v.setFloat64(8, 7, true)]),
    [1e39, []],
  ],
  [
    'BYTES',
    'DT_STRING',
    ['zoë', ''],
    Buffer.from([4, 0, 0, 0, ...Buffer.from('zoë'), 0, 0, 0, 0]),
    [1, null, {}],
  ],
];

for (const [datatype, dtype, values, bytes, wrong] of CASES)
  t.test(`${datatype} (OIP, Tensor Data Types), in JSON and in binary`, async (t) => {
    const { infer, binary, get } = await echo(t, dtype);
    t.match((await get('/v2/models/echo')).json().inputs, [{ name: 'x', datatype, shape: [-1, 2] }]);
    const json = await infer(datatype, values);
    t.strictSame(json.json().outputs, [{ name: 'y', shape: [1, 2], datatype, data: values }]);
    t.strictSame((await infer(datatype, [values, values], [2, 2])).json().outputs[0].data, [
      ...values,
      ...values,
    ]);

    const answer = await binary(datatype, bytes);
    t.equal(answer.statusCode, 200, answer.body);
    const length = Number(answer.headers['inference-header-content-length']);
    t.match(JSON.parse(answer.rawPayload.toString('utf8', 0, length)).outputs, [
      { name: 'y', datatype, parameters: { binary_data_size: bytes.length } },
    ]);
    if (datatype !== 'FP64') t.strictSame(answer.rawPayload.subarray(length), bytes, 'byte for byte');
    else t.equal(answer.rawPayload.readDoubleLE(length), Math.fround(0.1), 'held in float32');

    for (const value of wrong) {
      const refused = await infer(datatype, [values[0], value]);
      t.equal(refused.statusCode, 400, String(value));
      t.match(refused.json().error, /^input "x": data\[1\] is /);
    }
    const short = await binary(datatype, bytes.subarray(0, -1));
    t.equal(short.statusCode, 400);
    t.match(short.json().error, /^input "x": /);
    const other = await infer(datatype === 'FP32' ? 'FP64' : 'FP32', values);
    t.match(other.json().error, /^input "x": datatype is FP\d\d, the model takes /);
  });

t.test('BYTES are bytes: what is no UTF-8 comes back as it was', async (t) => {
  const { binary } = await echo(t, 'DT_STRING');
  const bytes = Buffer.from([2, 0, 0, 0, 0xff, 0xfe, 1, 0, 0, 0, 0]);
  const answer = await binary('BYTES', bytes);
  t.strictSame(answer.rawPayload.subarray(Number(answer.headers['inference-header-content-length'])), bytes);
});

t.test('a length inside of BYTES that lies', async (t) => {
  const { binary } = await echo(t, 'DT_STRING');
  const cases: [number[], RegExp][] = [
    [[9, 0, 0, 0, 65], /data\[0\] has the length 9, but 1 bytes are left/],
    [[1, 0, 0, 0, 65, 255, 255, 255, 255], /data\[1\] has the length 4294967295, but 0 bytes are left/],
    [[1, 0, 0, 0, 65, 1], /data\[1\] has no length of four bytes/],
    [[0, 0, 0, 0], /the shape needs 2 elements/],
    [[0, 0, 0, 0, 0, 0, 0, 0, 7], /the shape needs 2 elements/],
  ];
  for (const [bytes, message] of cases) {
    const answer = await binary('BYTES', Buffer.from(bytes));
    t.equal(answer.statusCode, 400);
    t.match(answer.json().error, message);
  }
});

t.test('integers in binary beyond what TF.js holds, and a byte that is no BOOL', async (t) => {
  const wide = await echo(t, 'DT_INT64');
  const refused = await wide.binary('INT64', Buffer.from(new BigInt64Array([0n, 2n ** 40n]).buffer));
  t.match(refused.json().error, /data\[1\] is 1099511627776, not between -2147483648 and 2147483647/);
  const bool = await echo(t, 'DT_BOOL');
  t.match(
    (await bool.binary('BOOL', Buffer.from([1, 2]))).json().error,
    /data\[1\] is 2, not between 0 and 1/,
  );
});
