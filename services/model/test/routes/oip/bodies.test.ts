import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { build } from '../../build.ts';

const URL = '/v2/models/adder/infer';
const BODY = JSON.stringify({
  inputs: [{ name: 'features', shape: [1, 3], datatype: 'FP32', data: [0, 0, 0] }],
});

t.test('compressed bodies, as clients write the header (RFC 9110, 8.4)', async (t) => {
  const { post } = await build(t);
  const cases: [string, Buffer, number][] = [
    ['gzip', gzipSync(BODY), 200],
    ['GZip', gzipSync(BODY), 200],
    ['x-gzip', gzipSync(BODY), 200],
    ['deflate', deflateSync(BODY), 200],
    ['deflate', deflateRawSync(BODY), 200],
    ['identity', Buffer.from(BODY), 200],
    ['gzip', Buffer.from(BODY), 400],
    ['deflate', gzipSync(BODY), 400],
    ['gzip', gzipSync(BODY).subarray(0, -9), 400],
    ['br', Buffer.from(BODY), 415],
    ['gzip, gzip', gzipSync(gzipSync(BODY)), 415],
  ];
  for (const [encoding, body, status] of cases) {
    const answer = await post(URL, body, { 'content-encoding': encoding });
    t.equal(answer.statusCode, status, `${encoding} ${answer.body}`);
  }
});

t.test('the header tells the length of the JSON as it was before compression', async (t) => {
  const { post } = await build(t);
  const json = JSON.stringify({
    inputs: [{ name: 'features', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: 12 } }],
  });
  const body = Buffer.concat([Buffer.from(json), Buffer.alloc(12)]);
  const headers = { 'inference-header-content-length': String(json.length), 'content-encoding': 'deflate' };
  t.strictSame((await post(URL, deflateSync(body), headers)).json().outputs[0].data, [0.5]);
});

t.test('a body that is none', async (t) => {
  const { post, inject } = await build(t);
  for (const body of ['', ' ', 'null', '7', '"text"', '{', '{"inputs":'])
    t.equal((await post(URL, body)).statusCode, 400, body);
  t.equal((await inject({ method: 'POST', url: URL })).statusCode, 400);
});

t.test('lists within lists without end, 10 MB of them, are refused with the field named', async (t) => {
  const { post } = await build(t);
  const deep = `${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}`;
  const data = await post(URL, BODY.replace('[0,0,0]', deep));
  t.equal(data.statusCode, 400);
  t.match(data.json().error, /input "features": data\[0\] has 1 elements, not 3/);
  const parameters = await post(URL, BODY.replace('{"inputs"', `{"parameters":{"p":${deep}},"inputs"`));
  t.match(parameters.json().error, /parameters\.p must be/);
  t.equal((await post(URL, BODY)).statusCode, 200, 'the next request works');
});

t.test('a hundred thousand faults make one short message', async (t) => {
  const { post } = await build(t);
  const inputs = `{"inputs":[${Array(100_000).fill('{}').join()}]}`;
  const answer = await post(URL, inputs);
  t.equal(answer.statusCode, 400);
  t.ok(answer.body.length < 200, answer.body.slice(0, 300));
});

t.test('a shape that promises more than the data hold allocates nothing', async (t) => {
  const { post } = await build(t);
  for (const data of ['[0,0,0]', '[[0,0,0]]']) {
    const answer = await post(URL, BODY.replace('[1,3]', '[1000000000000,3]').replace('[0,0,0]', data));
    t.equal(answer.statusCode, 400);
    t.match(answer.json().error, /input "features": data has [13] elements, not /);
  }
});
