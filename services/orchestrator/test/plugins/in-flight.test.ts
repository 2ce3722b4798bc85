import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { authPlugin } from '@tristore/common/auth/auth-plugin.ts';
import { serviceKey } from '@tristore/common/auth/service-key.ts';
import { metricsPlugin } from '@tristore/common/metrics-plugin.ts';
import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { errorsPlugin } from '../../src/plugins/errors.ts';
import { inFlightPlugin } from '../../src/plugins/in-flight.ts';

/** An app for two predictions at once, which end when the test says. */
async function build(t: Test) {
  const app = Fastify();
  const waiting: (() => void)[] = [];
  await app.register(errorsPlugin);
  await app.register(authPlugin, {
    authenticators: [serviceKey('key', { name: 'test', scopes: ['predict', 'read'] })],
  });
  await app.register(inFlightPlugin, { most: 2 });
  await app.register(metricsPlugin, {});
  app.post('/predict', { config: { scope: 'predict' } }, async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return {};
  });
  app.get('/read', { config: { scope: 'read' } }, async () => ({}));
  t.teardown(() => app.close());
  const headers = { 'x-api-key': 'key' };
  const predict = () => app.inject({ method: 'POST', url: '/predict', headers });
  const underWay = async () =>
    /^predictions_under_way (\d+)$/m.exec((await app.inject({ url: '/metrics', headers })).body)?.[1];
  return { app, waiting, headers, predict, underWay };
}

t.test('what is beyond the limit is refused at once, and there is room again afterwards', async (t) => {
  const { app, waiting, headers, predict, underWay } = await build(t);
  const first = [predict(), predict()];
  while (waiting.length < 2) await sleep(1);
  t.equal(await underWay(), '2');
  const refused = await predict();
  t.equal(refused.statusCode, 503);
  t.equal(refused.headers['retry-after'], '2');
  t.equal((await predict()).headers['retry-after'], '3', 'they do not all come back together');
  t.equal(refused.json().error.code, 'overloaded');
  t.equal((await app.inject({ url: '/read', headers })).statusCode, 200, 'others are let in');
  for (const end of waiting) end();
  t.same(
    (await Promise.all(first)).map(({ statusCode }) => statusCode),
    [200, 200],
  );
  t.equal(await underWay(), '0');
  const again = predict();
  while (waiting.length < 3) await sleep(1);
  waiting[2]?.();
  t.equal((await again).statusCode, 200);
});

t.test('a caller that goes away leaves its place, before its body is whole and while it waits', async (t) => {
  const { app, waiting, underWay } = await build(t);
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const becomes = async (count: string) => {
    for (let i = 0; i < 400 && (await underWay()) !== count; i++) await sleep(5);
    t.equal(await underWay(), count);
  };
  const call = (length: number) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /predict HTTP/1.1\r\nhost: x\r\nx-api-key: key\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n{}`,
    );
    return socket;
  };
  const half = call(100);
  await becomes('1');
  half.destroy();
  await becomes('0');

  const whole = call(2);
  while (waiting.length < 1) await sleep(1);
  t.equal(await underWay(), '1');
  whole.destroy();
  await becomes('0');
  waiting[0]?.();
  await sleep(20);
  t.equal(await underWay(), '0', 'and leaves it once');
});

t.test('without a key nobody takes a place', async (t) => {
  const { app, underWay } = await build(t);
  t.equal((await app.inject({ method: 'POST', url: '/predict' })).statusCode, 401);
  t.equal(await underWay(), '0');
});
