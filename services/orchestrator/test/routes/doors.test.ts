import { SCOPES } from '@tristore/common/auth/principal.ts';
import t from 'tap';
import { documented, routesOf } from '../../../common/test/auth/inventory.ts';
import { walkDoors } from '../../../common/test/auth/walk-doors.ts';
import { schemasIn, unsound } from '../../../common/test/unsound-schemas.ts';
import { build } from '../build.ts';

t.test('every route of the orchestrator has a scope or is open, and refuses every other key', async (t) => {
  const { app } = await build(t);
  const { open, byScope } = await walkDoors(t, app);
  t.strictSame(
    open.filter((path) => !path.startsWith('/docs')),
    ['/health/dependencies', '/health/live', '/health/ready'],
    'beside the docs nothing but health is open',
  );
  t.strictSame(Object.keys(byScope).sort(), [...SCOPES].sort(), 'each scope has a use');
  t.ok(byScope.admin?.every((door) => door.startsWith('PUT /v1/')));
  const opened = ['/health/live', '/health/ready', '/docs', '/docs/json', '/docs/static/index.html'];
  for (const url of opened) t.ok((await app.inject(url)).statusCode < 400, `${url} is open`);
});

t.test('a refusal says so as RFC 9110 and the API have it', async (t) => {
  const { app } = await build(t);
  const none = await app.inject('/v1/feature-views');
  t.equal(none.json().error.code, 'unauthenticated');
  t.equal(none.headers['www-authenticate'], 'Bearer realm="tristore"', 'RFC 9110, section 15.5.2');
  const other = await app.inject({ url: '/v1/feature-views', headers: { 'x-api-key': 'all-but-read' } });
  t.equal(other.json().error.code, 'forbidden');
});

t.test('the OpenAPI document lists every route but the docs', async (t) => {
  const { app } = await build(t);
  const { paths } = (await app.inject('/docs/json')).json();
  t.strictSame(documented(paths), routesOf(app, '/docs'));
  t.same(unsound(schemasIn(paths)), []);
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
    '409',
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
