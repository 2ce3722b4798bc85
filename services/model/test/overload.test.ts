import { setTimeout as sleep } from 'node:timers/promises';
import { refusedShare } from '@tristore/common/overload-plugin.ts';
import t from 'tap';
import { build } from './build.ts';

/** Keeps the event loop behind: it turns, but each turn takes so long. */
function lag(milliseconds: number): () => void {
  let on = true;
  const turn = () => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    if (on) setTimeout(turn, 0);
  };
  turn();
  return () => {
    on = false;
  };
}

t.test('what is refused grows with the delay, and one window alone refuses nothing', async (t) => {
  t.equal(refusedShare([], 100), 0);
  t.equal(refusedShare([5_000], 100), 0);
  t.equal(refusedShare([20, 5_000], 100), 0, 'a model was loaded');
  t.equal(refusedShare([100, 100], 100), 0);
  t.equal(refusedShare([200, 900], 100), 0.5);
  t.equal(refusedShare([400, 400], 100), 0.75);
  t.equal(refusedShare([400, 400, 20], 100), 0, 'it is over');
});

t.test('while the event loop lags, requests are refused early; never health and metrics', async (t) => {
  const { app, post, get } = await build(t, { maxEventLoopDelayMs: 20 });
  const predict = () => post('/v1/models/adder:predict', { instances: [[1, 2, 3]] });
  t.equal((await predict()).statusCode, 200);
  const stop = lag(150);
  await sleep(1500);
  const answers = [];
  for (let i = 0; i < 10; i++) answers.push(await predict());
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  t.ok(refused.length >= 5 && refused.length < 10, `${refused.length} of 10 refused`);
  t.equal(refused[0]?.headers['retry-after'], '1');
  t.match(refused[0]?.json(), { error: 'the server is overloaded' });
  for (const url of ['/v2/health/live', '/v2/health/ready', '/v2/docs/json'])
    for (let i = 0; i < 3; i++) t.equal((await app.inject(url)).statusCode, 200, url);
  t.match((await get('/metrics')).body, /^overload_refused_share 0\.[5-9]/m);
  stop();
  await sleep(1000);
  t.equal((await predict()).statusCode, 200, 'and then it is over');
});

t.test('0 refuses nothing', async (t) => {
  const { post } = await build(t, { maxEventLoopDelayMs: 0 });
  const stop = lag(150);
  await sleep(1000);
  t.equal((await post('/v1/models/adder:predict', { instances: [[1, 2, 3]] })).statusCode, 200);
  stop();
});
