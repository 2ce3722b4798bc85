import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { TABLES } from '@tristore/common/resources.ts';
import { DynamoDbViewStore } from '@tristore/orchestrator/feature-store/dynamodb-view-store.ts';
import t from 'tap';
import { startStore } from './store.ts';

const CSV = `id,event_time,income,children,owner,job
007,2026-01-01T00:00:00.000Z,1.5,2,true,"smith, ""black"""
10,2026-06-01T12:34:56.789Z,0.1,,,
9,2026-06-01T00:00:00.000Z,1e+20,-3,false,na
`;

async function filled(t: Parameters<typeof startStore>[0]) {
  const started = await startStore(t);
  const path = join(started.folder, 'in.csv');
  await writeFile(path, CSV);
  await started.run('import', path, '--view', 'people');
  // another view's rows, one of whose keys begins alike
  const eventTime = new Date(0);
  await started.store.write({ view: 'people2', id: '1' }, { values: { income: 9 }, eventTime });
  return started;
}

t.test('CSV holds every row of the view and no other, ids in order', async (t) => {
  const { folder, run } = await filled(t);
  const path = join(folder, 'out.csv');
  const { code, stdout, stderr } = await run('export', path, '--view', 'people');
  t.equal(code, 0, stderr);
  t.match(stdout, /^people: 3 rows in .*out\.csv after/);
  t.equal((await readFile(path, 'utf8')).replace('100000000000000000000.0', '1e+20'), CSV);
  t.same((await readdir(folder)).sort(), ['dynamodb', 'in.csv', 'out.csv'], 'nothing else is left');
});

for (const name of ['back.csv', 'back.parquet'])
  t.test(`${name} is read again by import, with nothing lost`, async (t) => {
    const { folder, run, read } = await filled(t);
    const path = join(folder, name);
    t.equal((await run('export', path, '--view', 'people')).code, 0);
    const before = await Promise.all(['007', '9', '10'].map(read));
    for (const id of ['007', '9', '10']) t.equal((await run('delete', id, '--view', 'people')).code, 0);
    t.equal(await read('9'), undefined);
    const { code, stderr } = await run('import', path, '--view', 'people');
    t.equal(code, 0, stderr);
    t.same(await Promise.all(['007', '9', '10'].map(read)), before);
  });

t.test('Parquet has the types of the view', async (t) => {
  const { folder, run } = await filled(t);
  const path = join(folder, 'out.parquet');
  await run('export', path, '--view', 'people');
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  const described = await db.runAndReadAll(`describe select * from '${path}'`);
  db.closeSync();
  t.same(
    described.getRows().map(([column, type]) => [column, type]),
    [
      ['id', 'VARCHAR'],
      ['event_time', 'TIMESTAMP'],
      ['income', 'DOUBLE'],
      ['children', 'BIGINT'],
      ['owner', 'BOOLEAN'],
      ['job', 'VARCHAR'],
    ],
  );
});

t.test('an integer too large for one becomes a double, not another number', async (t) => {
  const { folder, run, store, read } = await filled(t);
  const values = { children: 1e30 };
  await store.write({ view: 'people', id: 'x' }, { values, eventTime: new Date(0) });
  const path = join(folder, 'out.parquet');
  t.equal((await run('export', path, '--view', 'people')).code, 0);
  await run('delete', 'x', '--view', 'people');
  await run('import', path, '--view', 'people');
  t.same((await read('x'))?.values, values);
});

t.test('a file that is there is not written over unless asked', async (t) => {
  const { folder, run } = await filled(t);
  const path = join(folder, 'in.csv');
  const refused = await run('export', path, '--view', 'people');
  t.same(
    [refused.code, refused.stderr],
    [1, `features: ${path} is there already: --overwrite replaces it\n`],
  );
  t.equal((await run('export', path, '--view', 'people', '--overwrite')).code, 0);
  t.match((await run('export', join(folder, 'x.txt'), '--view', 'people')).stderr, /must end with \.csv or/);
});

t.test('get prints a row, delete takes it away', async (t) => {
  const { run } = await filled(t);
  const { code, stdout } = await run('get', '007', '--view', 'people');
  t.equal(code, 0);
  t.match(JSON.parse(stdout), {
    view: 'people',
    id: '007',
    event_time: '2026-01-01T00:00:00.000Z',
    values: { income: 1.5, job: 'smith, "black"' },
  });
  t.same((await run('delete', '007', '--view', 'people')).stdout, 'deleted 007 of people\n');
  for (const command of ['get', 'delete']) {
    const again = await run(command, '007', '--view', 'people');
    t.same([again.code, again.stderr], [1, 'features: the view people holds no row for 007\n']);
  }
});

t.test('a view with a column called id: --id names that of the file', async (t) => {
  const { folder, run, client, store } = await startStore(t);
  const columns = ['id', 'age'].map((name) => ({
    name,
    dtype: 'integer' as const,
    on_missing: 'default' as const,
    default: 0,
  }));
  const view = { name: 'odd', entity: 'client', columns, derived: [] };
  await new DynamoDbViewStore(client, TABLES.state.name).put(view, undefined);
  const values = { id: 1, age: 2 };
  await store.write({ view: 'odd', id: 'x' }, { values, eventTime: new Date(0) });
  const path = join(folder, 'odd.csv');
  const refused = await run('export', path, '--view', 'odd');
  t.match(
    refused.stderr,
    /cannot have a column id and a column id; --id and --event-time name the first two/,
  );
  t.equal((await run('export', path, '--view', 'odd', '--id', 'client')).code, 0);
  t.equal(await readFile(path, 'utf8'), 'client,event_time,id,age\nx,1970-01-01T00:00:00.000Z,1,2\n');
  await run('delete', 'x', '--view', 'odd');
  t.equal((await run('import', path, '--view', 'odd', '--id', 'client')).code, 0);
  t.same((await store.read({ view: 'odd', id: 'x' }))?.values, values);
});
