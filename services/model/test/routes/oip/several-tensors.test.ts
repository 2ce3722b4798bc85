import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import { writeAliases } from '../../fixtures.ts';
import { twoByTwo, writeBareVersion } from '../../graphs.ts';

const URL = '/v2/models/two/infer';
const A = { name: 'a', shape: [2, 2], datatype: 'FP32', data: [1, 2, 3, 4] };
const B = { name: 'b', shape: [2, 3], datatype: 'FP32', data: [1, 1, 1, 0, 0, 0.5] };
const SUM = { name: 'sum', shape: [2, 1], datatype: 'FP32', data: [6, 7.5] };
const COPY = { name: 'copy', shape: [2, 3], datatype: 'FP32', data: B.data };

/** A model of two inputs and two outputs, without a manifest. */
const two = (t: Test) =>
  build(t, {
    prepare: async (root) => {
      await writeBareVersion(root, await twoByTwo(), { model: 'two' });
      await writeAliases(root, '1', undefined, 'two');
    },
  });

t.test('metadata of a model without a manifest comes from model.json (OIP, Model Metadata)', async (t) => {
  const { get } = await two(t);
  const { explanation: _, ...metadata } = (await get('/v2/models/two')).json();
  t.strictSame(metadata, {
    name: 'two',
    versions: ['1'],
    platform: 'tensorflowjs_layers_model',
    inputs: [
      { name: 'a', datatype: 'FP32', shape: [-1, 2] },
      { name: 'b', datatype: 'FP32', shape: [-1, 3] },
    ],
    outputs: [
      { name: 'sum', datatype: 'FP32', shape: [-1, 1] },
      { name: 'copy', datatype: 'FP32', shape: [-1, 3] },
    ],
    version_status: [{ version: '1', state: 'AVAILABLE', labels: ['champion'] }],
  });
});

t.test('inputs in any order; without `outputs` all are given (OIP, Inference Request)', async (t) => {
  const { post } = await two(t);
  for (const inputs of [
    [A, B],
    [B, A],
  ])
    t.strictSame((await post(URL, { inputs })).json().outputs, [SUM, COPY]);
});

t.test('only the outputs asked for, in the order asked for (OIP, Request Output)', async (t) => {
  const { post } = await two(t);
  const ask = async (...names: string[]) =>
    (await post(URL, { inputs: [A, B], outputs: names.map((name) => ({ name })) })).json();
  t.strictSame((await ask('copy')).outputs, [COPY]);
  t.strictSame((await ask('copy', 'sum')).outputs, [COPY, SUM]);
  t.match((await ask('sum', 'sum')).error, /output "sum": is there twice/);
  t.match((await ask('product')).error, /output "product": the model has no such output/);
});

t.test('an input that is missing, there twice, or of other rows than the first', async (t) => {
  const { post } = await two(t);
  const error = async (...inputs: object[]) => {
    const answer = await post(URL, { inputs });
    t.equal(answer.statusCode, 400);
    return answer.json().error;
  };
  t.equal(await error(A), 'input "b": is missing');
  t.equal(await error(A, A, B), 'input "a": is there twice');
  const one = { ...B, shape: [1, 3], data: [1, 1, 1] };
  t.equal(await error(A, one), 'input "b": has 1 rows, but "a" has 2');
});

t.test('binary tensors lie in the order of the inputs; each output as it was asked for', async (t) => {
  const { post } = await two(t);
  const bytes = ({ data }: { data: number[] }) => Buffer.from(new Float32Array(data).buffer);
  const head = ({ data, ...input }: typeof A) => ({
    ...input,
    parameters: { binary_data_size: data.length * 4 },
  });
  const json = JSON.stringify({
    inputs: [head(B), head(A)],
    outputs: [{ name: 'copy', parameters: { binary_data: true } }, { name: 'sum' }],
  });
  const answer = await post(URL, Buffer.concat([Buffer.from(json), bytes(B), bytes(A)]), {
    'inference-header-content-length': String(json.length),
  });
  const length = Number(answer.headers['inference-header-content-length']);
  const { data, ...copy } = COPY;
  t.strictSame(JSON.parse(answer.rawPayload.toString('utf8', 0, length)).outputs, [
    { ...copy, parameters: { binary_data_size: 24 } },
    SUM,
  ]);
  t.strictSame(answer.rawPayload.subarray(length), bytes({ data }));

  const mixed = JSON.stringify({ inputs: [head(A), B] });
  t.strictSame(
    (
      await post(URL, Buffer.concat([Buffer.from(mixed), bytes(A)]), {
        'inference-header-content-length': String(mixed.length),
      })
    ).json().outputs,
    [SUM, COPY],
    'one in binary, the other in JSON',
  );
});

t.test('what this server has not says so instead of being passed over', async (t) => {
  const { post } = await two(t);
  const cases: [object, RegExp][] = [
    [{ inputs: [{ ...A, parameters: { shared_memory_region: 'r' } }, B] }, /input "a": shared memory is not/],
    [
      { inputs: [A, B], outputs: [{ name: 'sum', parameters: { classification: 2 } }] },
      /output "sum": classification is not supported/,
    ],
    [
      { inputs: [A, B], parameters: { binary_data_output: 'yes' } },
      /parameters\.binary_data_output: must be/,
    ],
    [
      { inputs: [A, B], outputs: [{ name: 'sum', parameters: { binary_data: 1 } }] },
      /output "sum": binary_data: must be true or false/,
    ],
    [{ inputs: [A, B], parameters: { deep: {} } }, /parameters\.deep must be string,number,boolean/],
  ];
  for (const [body, message] of cases) {
    const answer = await post(URL, body);
    t.equal(answer.statusCode, 400);
    t.match(answer.json().error, message);
  }
});
