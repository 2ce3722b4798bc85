import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { docsPlugin } from '../src/docs-plugin.ts';

async function build(t: Test) {
  const app = Fastify();
  const open: string[] = [];
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.open) open.push(request.url);
  });
  await app.register(docsPlugin, {
    title: 'Test',
    description: 'For a test',
    version: '1.2.3',
    tags: [{ name: 'things', description: 'All of them' }],
    routePrefix: '/v2/docs',
  });
  app.get('/open', { config: { open: true } }, async () => 'open');
  app.get('/locked', { config: { scope: 'read' } }, async () => 'locked');
  const params = { type: 'object', properties: { id: { type: 'string' }, part: { type: 'string' } } };
  for (const url of ['/things/:id([a-z]+)', '/things/:id/parts/:part'])
    app.get(url, { schema: { params } }, async () => 'thing');
  t.teardown(() => app.close());
  return { app, open };
}

t.test('the document names the API, its two ways to authorize and which routes need neither', async (t) => {
  const { app } = await build(t);
  const document = (await app.inject('/v2/docs/json')).json();
  t.match(document, {
    openapi: /^3\./,
    info: { title: 'Test', description: 'For a test', version: '1.2.3' },
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ apiKey: [] }, { bearer: [] }],
  });
  t.strictSame(document.paths['/open'].get.security, []);
  t.equal(document.paths['/locked'].get.security, undefined, 'the global schemes hold');
  t.strictSame(document.tags, [{ name: 'things', description: 'All of them' }]);
  t.strictSame(
    Object.keys(document.paths),
    ['/open', '/locked', '/things/{id}', '/things/{id}/parts/{part}'],
    'the docs do not document themselves',
  );
});

t.test('where one schema serves several paths, each shows the parameters that it has', async (t) => {
  const { app } = await build(t);
  const { paths } = (await app.inject('/v2/docs/json')).json();
  const shown = (path: string) => paths[path].get.parameters.map(({ name }: { name: string }) => name);
  t.strictSame(shown('/things/{id}'), ['id']);
  t.strictSame(shown('/things/{id}/parts/{part}'), ['id', 'part']);
});

t.test('the page and all that it loads come from this server, without a key', async (t) => {
  const { app, open } = await build(t);
  const page = await app.inject('/v2/docs');
  t.equal(page.statusCode, 200);
  t.match(page.headers['content-security-policy'], /script-src 'self';/);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => String(link));
  t.ok(links.length >= 5);
  for (const link of links) {
    t.match(link, /^\/v2\/docs\/static\//);
    t.equal((await app.inject(link)).statusCode, 200, link);
  }
  t.ok(open.includes('/v2/docs') && links.every((link) => open.includes(link)), 'marked open');
  t.notMatch(page.body, /<script>[^<]/, 'no inline script, which the policy would refuse');
  await app.inject('/locked');
  t.notOk(open.includes('/locked'), 'no other route is');
});
