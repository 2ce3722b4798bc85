import Fastify from 'fastify';
import { Counter } from 'prom-client';
import t, { type Test } from 'tap';
import { metricsPlugin } from '../src/metrics-plugin.ts';

async function build(t: Test, options = {}) {
  const app = Fastify();
  const scopes: unknown[] = [];
  app.addHook('onRequest', async ({ routeOptions }) => {
    scopes.push(routeOptions.config.open ? 'open' : routeOptions.config.scope);
  });
  await app.register(metricsPlugin, options);
  app.get('/things/:id', async () => 'thing');
  t.teardown(() => app.close());
  return { app, scopes };
}

t.test('requests are counted by method, route pattern and status', async (t) => {
  const { app } = await build(t);
  await app.inject('/things/1');
  await app.inject('/things/2');
  await app.inject('/nowhere');
  const { body, headers } = await app.inject('/metrics');
  t.match(headers['content-type'], /^text\/plain; version=0\.0\.4/);
  t.match(body, /http_request_duration_seconds_count\{method="GET",route="\/things\/:id",status="200"\} 2\n/);
  t.match(body, /http_request_duration_seconds_count\{method="GET",route="none",status="404"\} 1\n/);
  t.match(body, /^nodejs_eventloop_lag_seconds /m, 'and what Node tells of itself');
});

t.test('each app has its own registry, to which others add', async (t) => {
  const [{ app: one }, { app: two }] = [await build(t), await build(t)];
  new Counter({ name: 'mine_total', help: 'mine', registers: [one.metrics] }).inc(3);
  t.match((await one.inject('/metrics')).body, /^mine_total 3$/m);
  t.notMatch((await two.inject('/metrics')).body, /mine_total/);
});

t.test('needs a key that may read, unless told', async (t) => {
  const closed = await build(t);
  await closed.app.inject('/metrics');
  t.strictSame(closed.scopes, ['read']);
  const open = await build(t, { open: true });
  await open.app.inject('/metrics');
  t.strictSame(open.scopes, ['open']);
});
