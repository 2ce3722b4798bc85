import t from 'tap';
import { documented, routesOf } from '../../common/test/auth/inventory.ts';
import { walkDoors } from '../../common/test/auth/walk-doors.ts';
import { schemasIn, unsound } from '../../common/test/unsound-schemas.ts';
import { build } from './build.ts';

t.test('every route of the model server has a scope or is open, and refuses every other key', async (t) => {
  const { app } = await build(t);
  const { open, byScope } = await walkDoors(t, app);
  t.strictSame(
    open.filter((path) => !path.startsWith('/v2/docs')),
    ['/docs', '/v2/health/live', '/v2/health/ready'],
    'beside the docs nothing but health is open',
  );
  t.strictSame(Object.keys(byScope).sort(), ['predict', 'read']);
});

t.test("the model server's OpenAPI document lists every route but the docs", async (t) => {
  const { app } = await build(t);
  const { paths } = (await app.inject('/v2/docs/json')).json();
  t.strictSame(documented(paths), routesOf(app, '/docs', '/v2/docs'));
  t.same(unsound(schemasIn(paths)), []);
});
