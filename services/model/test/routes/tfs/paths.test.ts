import t from 'tap';
import { canonicalUrl } from '../../../src/routes/tfs/paths.ts';
import { build } from '../../build.ts';
import { summingModel, writeAliases, writeVersion } from '../../fixtures.ts';

const body = { instances: [[0, 0, 0]] };

t.test('paths are case-insensitive, names in them are not ((?i) in http_rest_api_util.cc)', async (t) => {
  const { post, get } = await build(t, {
    prepare: async (root) => {
      await writeVersion(root, { model: 'Adder', files: await summingModel(3, 'zeros') });
      await writeAliases(root, '1', undefined, 'Adder');
    },
  });
  for (const path of [
    '/V1/Models/adder:PREDICT',
    '/v1/MODELS/adder/Versions/1:Predict',
    '/V1/models/Adder/LABELS/champion:predict',
  ])
    t.strictSame((await post(path, body)).json(), { predictions: [[0.5]] }, path);
  t.equal((await get('/V1/Models/Adder/MetaData')).json().model_spec.name, 'Adder');
  t.equal((await get('/v1/Models/adder?x=Y')).statusCode, 200);
  t.equal((await get('/v1/models/ADDER')).statusCode, 404);
  t.equal((await get('/V2/models/adder')).statusCode, 404, 'the other protocol is not so lenient');
});

t.test('only the keywords change', async (t) => {
  for (const url of [
    '/',
    '/v2/models/X',
    '/v1',
    '/v10/Models',
    '/metrics',
    '*',
    '/v1/models/X/versions/1?Q=Z',
  ])
    t.equal(canonicalUrl(url), url);
  t.equal(canonicalUrl('/V1/Other/Path'), '/v1/Other/Path');
});

t.test('other paths under /v1/ and other methods are malformed: 400', async (t) => {
  const { inject } = await build(t);
  const cases: [string, string][] = [
    ['GET', '/v1/models'],
    ['GET', '/v1/models/'],
    ['GET', '/V1/nothing'],
    ['GET', '/v1/models/adder/versions/one'],
    ['GET', '/v1/models/adder/versions/1/labels/champion'],
    ['GET', '/v1/models/adder:predict'],
    ['PUT', '/v1/models/adder:predict'],
    ['POST', '/v1/models/adder'],
    ['POST', '/v1/models/adder:guess'],
    ['DELETE', '/v1/models/adder'],
  ];
  for (const [method, url] of cases) {
    const answer = await inject({ method: method as 'GET', url });
    t.equal(answer.statusCode, 400, `${method} ${url}`);
    t.match(answer.json().error, /^Malformed request: /);
    t.equal(answer.headers['content-type'], 'application/json');
  }
});

t.test('headers of the other protocol, and content types, mean nothing here', async (t) => {
  const { post } = await build(t);
  for (const length of ['0', '5', '9999', 'x']) {
    const headers = { 'inference-header-content-length': length, 'content-type': 'no/such;;type' };
    t.equal((await post('/v1/models/adder:predict', JSON.stringify(body), headers)).statusCode, 200, length);
  }
});

t.test('a version is an int64', async (t) => {
  const { get, post } = await build(t);
  t.equal((await post('/v1/models/adder/versions/001:predict', body)).statusCode, 200);
  t.equal((await get('/v1/models/adder/versions/9223372036854775807')).statusCode, 404);
  for (const version of ['9223372036854775808', '9'.repeat(90)]) {
    const answer = await get(`/v1/models/adder/versions/${version}`);
    t.equal(answer.statusCode, 400);
    t.match(answer.json().error, /^Failed to convert version: \d+ to numeric\.$/);
  }
});

t.test('an unknown model, version or label is NOT_FOUND: 404', async (t) => {
  const { get, post } = await build(t);
  for (const path of [
    'none',
    'adder/versions/7',
    'adder/labels/none',
    '__proto__',
    'adder/labels/constructor',
  ]) {
    t.equal((await get(`/v1/models/${path}`)).statusCode, 404, path);
    t.equal((await get(`/v1/models/${path}/metadata`)).statusCode, 404, path);
    for (const method of ['predict', 'classify', 'regress']) {
      const payload = method === 'predict' ? body : { examples: [{}] };
      t.equal((await post(`/v1/models/${path}:${method}`, payload)).statusCode, 404, path);
    }
  }
});
