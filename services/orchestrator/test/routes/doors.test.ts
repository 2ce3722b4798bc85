import t from 'tap';
import { build } from '../build.ts';

t.test('every route but health and docs needs a key with its scope', async (t) => {
  const { app } = await build(t, { scopes: ['read'] });
  const open = [
    '/health/live',
    '/health/ready',
    '/health/dependencies',
    '/docs',
    '/docs/json',
    '/docs/static/index.html',
  ];
  for (const url of open) t.ok((await app.inject(url)).statusCode < 400, `${url} is open`);

  const document = (await app.inject('/docs/json')).json();
  let locked = 0;
  for (const [path, operations] of Object.entries(
    document.paths as Record<string, Record<string, { security?: [] }>>,
  ))
    for (const [method, operation] of Object.entries(operations)) {
      if (operation.security?.length === 0) continue;
      locked++;
      const url = path.replaceAll(/\{\w+\}/g, 'x');
      const send = (headers: Record<string, string>) =>
        app.inject({ method: method.toUpperCase() as 'GET', url, headers });
      const none = await send({});
      t.equal(none.statusCode, 401, `${method} ${path} without a key`);
      t.equal(none.json().error.code, 'unauthenticated');
      t.equal(none.headers['www-authenticate'], 'Bearer realm="tristore"', 'RFC 9110, section 15.5.2');
      t.equal((await send({ 'x-api-key': 'wrong' })).statusCode, 401);
      const reader = await send({ authorization: 'Bearer test-key' });
      if (method === 'get') t.not(reader.statusCode, 403, `${method} ${path} with the scope read`);
      else t.equal(reader.statusCode, 403, `${method} ${path} with the scope read alone`);
    }
  t.ok(locked >= 10);
});

t.test('every route has a schema for each answer, and the document an Authorize scheme', async (t) => {
  const { app } = await build(t);
  const document = (await app.inject('/docs/json')).json();
  t.equal(document.components.securitySchemes.apiKey.name, 'x-api-key');
  const prediction = document.paths['/v1/predictions'].post;
  t.same(Object.keys(prediction.responses).sort(), [
    '200',
    '400',
    '401',
    '403',
    '404',
    '422',
    '429',
    '500',
    '503',
    '504',
  ]);
});

t.test('health: ready turns to 503 while draining; dependencies tell what is away', async (t) => {
  const { app, call, models } = await build(t);
  let whileDraining = 0;
  let url = '';
  app.register(async (late) => {
    late.addHook('preClose', async () => {
      whileDraining = (await fetch(`${url}/health/ready`)).status;
    });
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.same((await call('GET', '/health/dependencies')).body, {
    feature_store: { ok: true },
    model_server: { ok: true },
    evaluation_log: { ok: true, backlog_bytes: 0, failing_since: null },
  });
  models.failure = new Error('down');
  t.equal((await call('GET', '/health/dependencies')).body.model_server.ok, false);
  t.equal((await call('GET', '/health/ready')).status, 200, 'readiness looks at the process alone');
  await app.close();
  t.equal(whileDraining, 503);
});

t.test('metrics and unknown routes', async (t) => {
  const { app, call } = await build(t);
  await call('GET', '/health/live');
  const metrics = await app.inject({ url: '/metrics', headers: { 'x-api-key': 'test-key' } });
  t.match(metrics.body, /evaluation_log_backlog_bytes 0/);
  t.match(metrics.body, /http_request_duration_seconds_bucket/);
  const { status, body } = await call('GET', '/v1/nothing');
  t.equal(status, 404);
  t.equal(body.error.code, 'route_not_found');
});
