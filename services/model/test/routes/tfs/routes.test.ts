import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { build } from '../../build.ts';
import { summingModel, writeAliases, writeVersion } from '../../fixtures.ts';

const MODEL = '/v1/models/adder';
const HALF = { predictions: [[0.5]] };

/** Version 2 ignores its inputs and is the canary; version 3 is broken. */
async function prepare(root: string) {
  await writeVersion(root, { version: '2', files: await summingModel(3, 'zeros') });
  await writeVersion(root, { version: '3' });
  await writeFile(join(root, 'adder', '3', 'weights.bin'), 'rotten');
  await writeAliases(root, '1', '2');
}

t.test('rows and columns', async (t) => {
  const { post } = await build(t);
  const predict = async (body: object) => (await post(`${MODEL}:predict`, body)).json();
  const rows = [
    [1, 2, -3],
    [0, 0, 0],
  ];
  const answers = [[0.5], [0.5]];
  t.strictSame(await predict({ instances: rows }), { predictions: answers });
  t.strictSame(await predict({ instances: rows.map((features) => ({ features })) }), {
    predictions: answers,
  });
  t.strictSame(await predict({ inputs: rows, signature_name: 'serving_default' }), { outputs: answers });
  t.strictSame(await predict({ inputs: { features: rows } }), { outputs: answers });
});

t.test('a version by number or by label', async (t) => {
  const { post } = await build(t, { prepare });
  const body = { instances: [[9, 9, 9]] };
  t.notSame((await post(`${MODEL}:predict`, body)).json(), HALF, 'the champion');
  t.notSame((await post(`${MODEL}/labels/champion:predict`, body)).json(), HALF);
  t.strictSame((await post(`${MODEL}/versions/2:predict`, body)).json(), HALF);
  t.strictSame((await post(`${MODEL}/labels/canary:predict`, body)).json(), HALF);
  for (const path of ['/versions/3', '/versions/4', '/labels/stable']) {
    const answer = await post(`${MODEL}${path}:predict`, body);
    t.equal(answer.statusCode, 404, path);
    t.type(answer.json().error, 'string');
  }
});

t.test('names what is wrong with a request', async (t) => {
  const { post } = await build(t);
  const cases: [object, RegExp][] = [
    [{}, /either "instances" or "inputs"/],
    [{ instances: [[1, 2, 3]], inputs: [[1, 2, 3]] }, /either "instances" or "inputs"/],
    [{ instances: [] }, /instances: there are no rows/],
    [{ instances: 7 }, /instances must be array/],
    [{ inputs: 7 }, /input "features": shape is \[\], the model takes \[-1,3\]/],
    [
      {
        instances: [
          [1, 2, 3],
          [1, 2],
        ],
      },
      /input "features": data\[1\] has 2 elements, not 3/,
    ],
    [{ instances: [[1, 2, true]] }, /input "features": data\[0\]\[2\] is true, not a number/],
    [{ instances: [{ x: [1, 2, 3] }] }, /instances\[0\] "x": the model has no such input/],
    [{ instances: [{}] }, /instances\[0\] "features": is missing/],
    [{ instances: [{ features: [1, 2, 3] }, [1, 2, 3]] }, /instances\[1\]: must be an object/],
    [{ inputs: { y: [[1, 2, 3]] } }, /input "features": is missing/],
    [{ signature_name: 'other', instances: [[1, 2, 3]] }, /signature_name: there is only "serving_default"/],
  ];
  for (const [body, message] of cases) {
    const answer = await post(`${MODEL}:predict`, body);
    t.equal(answer.statusCode, 400, String(message));
    t.match(answer.json().error, message);
    t.equal(answer.headers['content-type'], 'application/json');
  }
});

t.test('status of all versions, of one and of a label', async (t) => {
  const { get } = await build(t, { prepare });
  const available = (version: string) => ({
    version,
    state: 'AVAILABLE',
    status: { error_code: 'OK', error_message: '' },
  });
  const all = (await get(MODEL)).json().model_version_status;
  t.strictSame(all.slice(1), [available('2'), available('1')], 'newest first');
  t.match(all[0], { version: '3', state: 'END', status: { error_message: /weights\.bin does not match/ } });
  t.strictSame((await get(`${MODEL}/versions/1`)).json().model_version_status, [available('1')]);
  t.strictSame((await get(`${MODEL}/versions/3`)).json().model_version_status, [all[0]]);
  t.strictSame((await get(`${MODEL}/labels/canary`)).json().model_version_status, [available('2')]);
  for (const path of ['/versions/8', '/labels/none']) t.equal((await get(MODEL + path)).statusCode, 404);
});

t.test('metadata shows the signature', async (t) => {
  const { get } = await build(t);
  t.match((await get(`${MODEL}/metadata`)).json(), {
    model_spec: { name: 'adder', version: '1' },
    metadata: {
      signature_def: {
        signature_def: {
          serving_default: {
            inputs: {
              features: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '3' }] } },
            },
            outputs: { probability: { dtype: 'DT_FLOAT' } },
            method_name: 'tensorflow/serving/predict',
          },
        },
      },
    },
  });
});

t.test('a path that is none is malformed', async (t) => {
  const { get, post } = await build(t);
  for (const answer of [await get(`${MODEL}/versions/one`), await post(`${MODEL}:guess`, {})]) {
    t.equal(answer.statusCode, 400);
    t.match(answer.json().error, /^Malformed request: (GET|POST) \/v1\/models\/adder/);
  }
});
