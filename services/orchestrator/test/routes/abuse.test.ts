import t from 'tap';
import { build, CLIENT } from '../build.ts';

interface Operation {
  requestBody?: { content: { 'application/json': { example?: object } } };
}

t.test('no id reaches a row of another view, whatever is in it', async (t) => {
  const { call, app } = await build(t);
  const view = {
    name: 'credit',
    entity: 'client',
    description: 'its name begins like that of another',
    columns: [
      { name: 'LIMIT_BAL', dtype: 'double', description: 'limit', on_missing: 'default', default: 0 },
    ],
    derived: [],
  };
  t.equal((await call('PUT', '/v1/feature-views/credit', view)).status, 201);
  await call('PUT', '/v1/features/credit-default/1', { values: CLIENT });
  const crafted = [
    '-default#1',
    '#1',
    '../credit-default/1',
    'credit-default#1',
    '1\u0000',
    '%31',
    '*',
    ' 1',
  ];
  for (const id of crafted) {
    const path = `/v1/features/credit/${encodeURIComponent(id)}`;
    const read = await call('GET', path);
    t.equal(read.status, 404, JSON.stringify(id));
    t.equal(read.body.error.code, 'features_not_found');
    t.equal((await call('DELETE', path)).status, 404);
  }
  t.match((await call('GET', '/v1/features/credit-default/1')).body, { values: CLIENT }, 'it is untouched');
  for (const name of ['credit-default%231', 'credit%23', '..%2Fcredit', 'credit-default%2F1'])
    t.not(
      (await app.inject({ url: `/v1/features/${name}/1`, headers: { 'x-api-key': 'test-key' } })).statusCode,
      200,
    );
});

t.test('an id has up to 256 characters, and no more', async (t) => {
  const { call } = await build(t);
  const put = (id: string) =>
    call('PUT', `/v1/features/credit-default/${encodeURIComponent(id)}`, { values: CLIENT });
  t.equal((await put('ä'.repeat(256))).status, 200);
  t.equal((await put('a'.repeat(257))).status, 400);
});

t.test('a key for predictions can change nothing that decides', async (t) => {
  const { call } = await build(t, { scopes: ['predict'] });
  const tried = [
    ['PUT', '/v1/feature-views/credit-default'],
    ['PUT', '/v1/features/credit-default/1'],
    ['DELETE', '/v1/features/credit-default/1'],
    ['POST', '/v1/features/credit-default/batch'],
    ['POST', '/v1/outcomes'],
  ] as const;
  for (const [method, url] of tried)
    t.match(
      await call(method, url, {}),
      { status: 403, body: { error: { code: 'forbidden' } } },
      `${method} ${url}`,
    );
  t.equal((await call('GET', '/v1/features/credit-default/1')).status, 403, 'nor read what is known');
});

t.test('an open route that asks others asks once for all who wait', async (t) => {
  const { app, models } = await build(t);
  let asked = 0;
  models.ready = async () => {
    asked++;
    return true;
  };
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.inject('/health/dependencies')));
  t.ok(answers.every(({ statusCode }) => statusCode === 200));
  t.ok(asked < 5, `${asked}`);
});

t.test('no route takes a property that its schema does not name', async (t) => {
  const { app, call } = await build(t);
  const { paths } = (await app.inject('/docs/json')).json();
  let tried = 0;
  for (const [path, operations] of Object.entries(paths as Record<string, Record<string, Operation>>))
    for (const [method, { requestBody }] of Object.entries(operations)) {
      if (!requestBody) continue;
      const { example } = requestBody.content['application/json'];
      t.ok(example, `${method} ${path} has an example`);
      const url = path.replace('{view}', 'credit-default').replaceAll(/\{\w+\}/g, '1');
      const { status, body } = await call(method.toUpperCase() as 'POST', url, {
        ...example,
        is_admin: true,
      });
      t.equal(status, 400, `${method} ${path}`);
      t.match(body.error, {
        code: 'invalid_request',
        details: [{ field: 'is_admin', problem: 'is not known' }],
      });
      tried++;
    }
  t.ok(tried >= 5);
});
