import fc from 'fast-check';
import t from 'tap';
import { build, KEY } from '../build.ts';
import { sigmoidOfSum } from '../fixtures.ts';

const INFER = '/v2/models/adder/infer';
const PREDICT = '/v1/models/adder:predict';
const input = (rows: number[][]) => ({
  inputs: [{ name: 'features', shape: [rows.length, 3], datatype: 'FP32', data: rows.flat() }],
});
const metric = (text: string, name: string) =>
  Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)`, 'm').exec(text)?.[1]);

t.test('requests of both protocols share executions, and each gets its own rows (property)', async (t) => {
  const { post, get } = await build(t);
  const value = fc.integer({ min: -300, max: 300 }).map((n) => n / 100);
  const rows = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 20 });
  const request = fc.record({ rows, oip: fc.boolean() });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 40 }), async (requests) => {
      const answers = await Promise.all(
        requests.map(({ rows, oip }) =>
          oip ? post(INFER, input(rows)) : post(PREDICT, { instances: rows }),
        ),
      );
      sent += requests.length;
      for (const [i, { rows }] of requests.entries()) {
        const { outputs, predictions } = answers[i]?.json() ?? {};
        const actual: number[] = outputs?.[0].data ?? predictions.flat();
        if (actual.length !== rows.length)
          throw new Error(`${actual.length} answers for ${rows.length} rows`);
        for (const [r, row] of rows.entries()) {
          const expected = sigmoidOfSum(...row);
          if (!(Math.abs((actual[r] ?? Number.NaN) - expected) < 1e-5))
            throw new Error(`row ${r} of request ${i}: ${actual[r]}, not ${expected}`);
        }
      }
    }),
    { numRuns: 30 },
  );
  const { body } = await get('/metrics');
  t.equal(metric(body, 'model_inference_seconds_count'), sent);
  const executions = metric(body, 'model_batch_rows_count');
  t.ok(executions < sent / 3, `${sent} requests in ${executions} executions`);
  t.equal(metric(body, 'model_batch_rows_sum'), metric(body, 'model_rows_total'), 'no row twice or never');
});

t.test('a full queue answers 503 with Retry-After, in both protocols', async (t) => {
  const { post, get } = await build(t, { batchLimits: { maxRows: 2, maxQueuedRows: 2 } });
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const answers = await Promise.all([
    post(INFER, input(rows)),
    post(INFER, input(rows)),
    post(PREDICT, { instances: rows }),
  ]);
  t.strictSame(
    answers.map(({ statusCode }) => statusCode),
    [200, 503, 503],
  );
  for (const answer of answers.slice(1)) {
    t.equal(answer.headers['retry-after'], '1');
    t.match(answer.json(), { error: /2 rows wait already, of 2 that may/ });
  }
  const { body } = await get('/metrics');
  t.match(body, 'model_requests_total{model="adder",version="1",result="overloaded"} 2');
  t.match(body, 'model_queued_rows{model="adder",version="1"} 0');
  t.equal((await post(INFER, input(rows))).statusCode, 200, 'the next one is taken');
});

t.test('a request whose time is over before it could run is 504 and is not run', async (t) => {
  const { post, get } = await build(t);
  const row = [[1, 2, 3]];
  // a millionth of a millisecond is over at once
  const late = await Promise.all([
    post(INFER, input(row), { 'x-request-timeout-ms': '0.000001' }),
    post(PREDICT, { instances: row }, { 'x-request-timeout-ms': '0.000001' }),
    post(INFER, { ...input(row), parameters: { timeout: 0.001 } }),
  ]);
  for (const answer of late) {
    t.equal(answer.statusCode, 504);
    t.match(answer.json(), { error: /the deadline passed/ });
  }
  t.equal((await post(INFER, input(row), { 'x-request-timeout-ms': '5000' })).statusCode, 200);
  t.equal((await post(INFER, { ...input(row), parameters: { timeout: 5_000_000 } })).statusCode, 200);
  const { body } = await get('/metrics');
  t.match(body, 'model_requests_total{model="adder",version="1",result="deadline_exceeded"} 3');
  t.equal(metric(body, 'model_batch_rows_sum'), 2);
});

t.test('a time-out that is no positive number is 400 and named', async (t) => {
  const { post } = await build(t);
  const row = [[1, 2, 3]];
  for (const bad of ['soon', '0', '-1', ' ']) {
    const answer = await post(PREDICT, { instances: row }, { 'x-request-timeout-ms': bad });
    t.equal(answer.statusCode, 400, bad);
    t.match(answer.json(), { error: /x-request-timeout-ms/ });
  }
  const answer = await post(INFER, { ...input(row), parameters: { timeout: true } });
  t.equal(answer.statusCode, 400);
  t.match(answer.json(), { error: /parameters\.timeout is true/ });
});

t.test('what was accepted is finished when the server is told to stop', async (t) => {
  const { app } = await build(t);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const received = new Promise<void>((resolve) => {
    let seen = 0;
    app.server.on('request', () => {
      seen += 1;
      if (seen === 20) resolve();
    });
  });
  const answers = Array.from({ length: 20 }, async (_, i) => {
    const answer = await fetch(`${address}${PREDICT}`, {
      method: 'POST',
      headers: { 'x-api-key': KEY },
      body: JSON.stringify({ instances: [[i, 0, 0]] }),
    });
    const { predictions } = (await answer.json()) as { predictions: [[number]] };
    return Math.abs(predictions[0][0] - sigmoidOfSum(i)) < 1e-5;
  });
  await received;
  const closed = app.close();
  t.ok((await Promise.all(answers)).every(Boolean), 'all are answered, and rightly');
  await closed;
});
