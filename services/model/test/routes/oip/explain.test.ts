import type { Manifest } from '@tristore/common/contracts/manifest.ts';
import t, { type Test } from 'tap';
import { build } from '../../build.ts';
import { sigmoidOfSum, summingModel, writeAliases, writeVersion } from '../../fixtures.ts';
import { writeBareVersion } from '../../graphs.ts';

const URL = '/v2/models/adder/infer';
const NAMES = [
  'probability',
  'attributions',
  'logit',
  'baseline_logit',
  'completeness_error',
  'reasons',
  'reason_features',
];
const ROWS = [
  [1, 2, -4],
  [3, 0.5, 1],
];
const body = (parameters: object = { explain: true }, rest: object = {}, rows = ROWS) => ({
  parameters,
  inputs: [{ name: 'features', shape: [rows.length, 3], datatype: 'FP32', data: rows }],
  ...rest,
});

/** Version 1 sums a, b and c; its reference is 0, its threshold 0.5. */
async function explained(t: Test) {
  const built = await build(t, {
    prepare: async (root) => {
      const edit = (manifest: Manifest) => {
        manifest.reasons = {
          a: { raises: 'a is high', lowers: 'a is low' },
          b: { raises: 'b is high', lowers: 'b is low' },
          c: { raises: 'c is hïgh', lowers: 'c is löw' },
        };
      };
      await writeVersion(root, { version: '2', edit });
      await writeAliases(root, '2');
      await writeBareVersion(root, await summingModel(3), { model: 'bare' });
    },
  });
  const outputsOf = async (payload: object) => {
    const answer = await built.post(URL, payload);
    t.equal(answer.statusCode, 200, answer.body);
    return answer.json().outputs as { name: string; shape: number[]; datatype: string; data: unknown[] }[];
  };
  return { ...built, outputsOf };
}

t.test('parameters.explain: attributions on the logit and reasons beside the answer', async (t) => {
  const { outputsOf } = await explained(t);
  const outputs = await outputsOf(body());
  t.strictSame(
    outputs.map(({ name }) => name),
    NAMES,
  );
  const data = Object.fromEntries(outputs.map(({ name, data }) => [name, data]));
  t.ok(Math.abs(Number(data['probability']?.[0]) - sigmoidOfSum(-1)) < 1e-5);
  t.strictSame(data['attributions'], [1, 2, -4, 3, 0.5, 1], 'w_i (x_i - reference_i), w = 1, reference = 0');
  t.strictSame(data['logit'], [-1, 4.5]);
  t.strictSame(data['baseline_logit'], [0, 0]);
  t.strictSame(data['completeness_error'], [0, 0]);
  t.strictSame(data['reason_features'], ['c', '', '', '', 'a', 'c', 'b', ''], 'of no, and of yes');
  t.strictSame(data['reasons'], ['c is löw', '', '', '', 'a is high', 'c is hïgh', 'b is high', '']);
  const shapes = Object.fromEntries(
    outputs.map(({ name, datatype, shape }) => [name, `${datatype} ${shape}`]),
  );
  t.match(shapes, { attributions: 'FP32 2,3', logit: 'FP32 2,1', reasons: 'BYTES 2,4' });
});

t.test('parameters.reason_count', async (t) => {
  const { outputsOf, post } = await explained(t);
  const wish = { outputs: [{ name: 'reason_features' }] };
  const [features] = await outputsOf(body({ explain: true, reason_count: 2 }, wish));
  t.strictSame(features?.data, ['c', '', 'a', 'c']);
  t.strictSame(features?.shape, [2, 2]);
  for (const count of [0, 11, 1.5, '4'])
    t.match((await post(URL, body({ explain: true, reason_count: count }))).json(), {
      error: 'parameters.reason_count: must be a whole number from 1 to 10',
    });
});

t.test('outputs are selected among all of them', async (t) => {
  const { outputsOf, post } = await explained(t);
  const outputs = await outputsOf(
    body({ explain: true }, { outputs: [{ name: 'logit' }, { name: 'probability' }] }),
  );
  t.strictSame(
    outputs.map(({ name, data }) => [name, data.length]),
    [
      ['logit', 2],
      ['probability', 2],
    ],
  );
  const unknown = await post(URL, body({ explain: false }, { outputs: [{ name: 'logit' }] }));
  t.equal(unknown.statusCode, 400);
  t.match(unknown.json(), { error: /output "logit": the model has no such output/ });
});

t.test('an explanation in binary', async (t) => {
  const { post } = await explained(t);
  const answer = await post(URL, body({ explain: true, binary_data_output: true, reason_count: 1 }));
  t.equal(answer.statusCode, 200);
  const length = Number(answer.headers['inference-header-content-length']);
  const { outputs } = JSON.parse(answer.rawPayload.toString('utf8', 0, length));
  let at = length;
  const bytes = new Map<string, Buffer>();
  for (const { name, parameters } of outputs) {
    bytes.set(name, answer.rawPayload.subarray(at, at + parameters.binary_data_size));
    at += parameters.binary_data_size;
  }
  t.equal(at, answer.rawPayload.length);
  const attributions = bytes.get('attributions') ?? Buffer.alloc(0);
  t.strictSame(
    [0, 4, 8, 12, 16, 20].map((place) => attributions.readFloatLE(place)),
    ROWS.flat(),
  );
  const reasons = bytes.get('reasons') ?? Buffer.alloc(0);
  t.equal(reasons.readUInt32LE(0), Buffer.byteLength('c is löw'), 'BYTES: u32 length, then UTF-8');
  t.equal(reasons.toString('utf8', 4, 4 + reasons.readUInt32LE(0)), 'c is löw');
});

t.test('explain is refused with the reason, and the next request works', async (t) => {
  const { post } = await explained(t);
  const many = Array.from({ length: 1001 }, () => [1, 2, 3]);
  const cases: [string, object, RegExp][] = [
    [URL, body({ explain: 'yes' }), /^parameters\.explain: must be true or false$/],
    [URL, body({ explain: true }, {}, many), /^input "features": has 1001 rows; one request can have 1000 /],
    [
      '/v2/models/bare/versions/1/infer',
      body(),
      /model "bare" version "1" cannot be explained: it has no manifest/,
    ],
  ];
  for (const [url, payload, message] of cases) {
    const answer = await post(url, payload);
    t.equal(answer.statusCode, 400, answer.body.slice(0, 200));
    t.match(answer.json().error, message);
  }
  t.equal((await post(URL, body({}, {}, many))).statusCode, 200, 'they can be predicted');
  t.equal((await post(URL, body())).statusCode, 200);
});

t.test('a row that is too extreme is an error in JSON', async (t) => {
  const { post } = await explained(t);
  const answer = await post(URL, body({ explain: true }, {}, [[3e38, 3e38, 3e38]]));
  t.equal(answer.statusCode, 400);
  t.match(answer.json().error, /output "(attributions|logit)": the answer is not finite/);
});

t.test('an explanation ends with the time that the caller gave', async (t) => {
  const { post } = await explained(t);
  const answer = await post(URL, body({ explain: true, timeout: 1 }));
  t.equal(answer.statusCode, 504);
});

t.test('the metadata tells what an explanation has, or why there is none', async (t) => {
  const { get } = await explained(t);
  const { explanation, outputs } = (await get('/v2/models/adder')).json();
  t.equal(outputs.length, 1, "the model's own outputs stay what they are");
  t.match(explanation, { method: 'exact', max_rows: 1000 });
  t.strictSame(
    explanation.outputs.map(({ name }: { name: string }) => name),
    NAMES.slice(1),
  );
  t.strictSame(explanation.outputs[0].shape, [-1, 3]);
  t.match((await get('/v2/models/bare/versions/1')).json().explanation, { unavailable: /has no manifest/ });
});
