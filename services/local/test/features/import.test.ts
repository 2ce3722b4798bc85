import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import t from 'tap';
import { startStore } from './store.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const NEW = '2026-06-01T00:00:00.000Z';

async function written(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

t.test('a CSV file is loaded, each cell by its column, empty ones absent', async (t) => {
  const { folder, run, read } = await startStore(t);
  const path = await written(
    folder,
    'people.csv',
    `id,event_time,income,children,owner,job,note
007,2026-01-01,1.5,2,true,"smith, black",x
8,2026-01-01T12:00:00+02:00,2e2,,0,,y
9,2026-01-01 10:00,1001,3,FALSE,clerk,z
`,
  );
  const { code, stdout, stderr } = await run('import', path, '--view', 'people', '--ignore', 'note');
  t.equal(code, 0, stderr);
  t.match(stdout, /^people: 3 rows written in .* rows\/s\n$/);
  t.match(stderr, /out of range, kept: income in 1 rows/);
  t.same(await read('007'), {
    values: { income: 1.5, children: 2, owner: true, job: 'smith, black' },
    event_time: OLD,
  });
  t.same(await read('8'), {
    values: { income: 200, owner: false },
    event_time: '2026-01-01T10:00:00.000Z',
  });
  t.same((await read('9'))?.event_time, '2026-01-01T10:00:00.000Z');
  t.notOk(existsSync(`${path}.people.progress`), 'nothing is left beside the input');
});

t.test('Parquet is loaded by its own types', async (t) => {
  const { folder, run, read } = await startStore(t);
  const path = join(folder, "it's [a] file.parquet");
  const db = await (await DuckDBInstance.create(':memory:')).connect();
  await db.run(`copy (
      select 1::BIGINT as client, 12.5::DOUBLE as income, 2::DECIMAL(8, 2) as children, true as owner,
        'clerk' as job, timestamp '2026-01-01' as at
      union all select 2, 'NaN'::DOUBLE, null, null, null, '2026-06-01'
    ) to '${path.replaceAll("'", "''")}'`);
  db.closeSync();
  const { code, stderr } = await run(
    'import',
    path,
    '--view',
    'people',
    '--id',
    'client',
    '--event-time',
    'at',
  );
  t.equal(code, 0, stderr);
  t.same(await read('1'), {
    values: { income: 12.5, children: 2, owner: true, job: 'clerk' },
    event_time: OLD,
  });
  t.same(await read('2'), { values: {}, event_time: NEW });
  const byId = await run(
    'import',
    path,
    '--view',
    'people',
    '--id',
    'client',
    '--event-time',
    'client',
    '--ignore',
    'at',
  );
  t.match(byId.stderr, /row 1, client: must be a time in ISO 8601, is "1"/, 'a number is no time');
});

t.test('bad rows are told by line and column, and nothing is written', async (t) => {
  const { folder, run, read } = await startStore(t);
  const path = await written(
    folder,
    'bad.csv',
    `id,event_time,income,children,owner,job
1,${OLD},1,1,true,clerk
2,yesterday,old,1.5,true,clerk
3,2026-02-31,1,1,perhaps,"a word
over two lines"
,${OLD},1e39,1,1,${'x'.repeat(1025)}
`,
  );
  const { code, stdout, stderr } = await run('import', path, '--view', 'people');
  t.same([code, stdout], [1, '']);
  t.equal(
    stderr,
    `features: 3 of 4 rows do not fit the view; nothing was written
  line 3, event_time: must be a time in ISO 8601, is "yesterday"
  line 3, income: must be a number, is the string "old"
  line 3, children: must be an integer, is 1.5
  line 5, event_time: must be a time in ISO 8601, is "2026-02-31"
  line 5, owner: must be true or false, is the string "perhaps"
  line 6, id: must be 1 to 256 characters
  line 6, income: must fit in float32
  line 6, job: must be at most 1024 characters
`,
  );
  t.equal(await read('1'), undefined);
});

t.test('of many bad rows the first twenty are shown', async (t) => {
  const { folder, run } = await startStore(t);
  const rows = Array.from({ length: 30 }, (_, i) => `${i},x\n`).join('');
  const { stderr } = await run(
    'import',
    await written(folder, 'bad.csv', `id,income\n${rows}`),
    '--view',
    'people',
  );
  t.match(stderr, /line 21, income.*\n {2}and 10 more rows\n$/);
  t.notMatch(stderr, /line 22/);
});

t.test('a file that does not fit the view as a whole', async (t) => {
  const { folder, run } = await startStore(t);
  const cases: [string, string[], RegExp][] = [
    [
      'id,income,colour\n1,1,red\n',
      [],
      /not in the view people: colour; --ignore COLUMN leaves a column out/,
    ],
    ['client,income\n1,1\n', [], /there is no column id: --id names another/],
    ['id,income\n1,1\n', ['--event-time', 'at'], /there is no column at: --event-time names another/],
    ['id,income,income\n1,1,2\n', [], /the column "income" is there twice/],
    ['id,income\n', [], /there are no rows/],
    ['', [], /no header line/],
    ['id,income\n1,1\n2\n', [], /line 3: has 1 cells, the header 2/],
  ];
  for (const [text, args, line] of cases) {
    const { code, stderr } = await run(
      'import',
      await written(folder, 'x.csv', text),
      '--view',
      'people',
      ...args,
    );
    t.equal(code, 1);
    t.match(stderr, line);
  }
  t.match((await run('import', join(folder, 'none.csv'), '--view', 'people')).stderr, /there is no file/);
  const bad = await written(folder, 'x.parquet', 'no parquet');
  t.match((await run('import', bad, '--view', 'people')).stderr, /^features: it cannot be read as Parquet/);
});

t.test('the event-time rule holds, against the store and within the file', async (t) => {
  const { folder, run, store, read } = await startStore(t);
  await store.write({ view: 'people', id: '1' }, { values: { income: 1 }, eventTime: new Date(NEW) });
  const path = await written(
    folder,
    'people.csv',
    `id,event_time,income
1,${OLD},2
2,${NEW},3
2,${OLD},4
3,${OLD},5
3,${OLD},6
`,
  );
  const { stdout } = await run('import', path, '--view', 'people');
  t.match(
    stdout,
    /^people: 2 rows written .*; 3 older than what the store holds, or not the last with its id/,
  );
  t.same((await read('1'))?.values, { income: 1 });
  t.same((await read('2'))?.values, { income: 3 });
  t.same((await read('3'))?.values, { income: 6 }, 'of equal times the last in the file');
});

t.test('--replace puts in whatever the file has, the last row of an id', async (t) => {
  const { folder, run, store, read } = await startStore(t);
  await store.write({ view: 'people', id: '1' }, { values: { income: 1 }, eventTime: new Date(NEW) });
  const many = Array.from({ length: 60 }, (_, i) => `${i + 10},${OLD},${i}\n`).join('');
  const path = await written(
    folder,
    'people.csv',
    `id,event_time,income\n1,${OLD},2\n2,${NEW},3\n${many}2,${OLD},4\n`,
  );
  const { stdout, stderr } = await run('import', path, '--view', 'people', '--replace');
  t.match(stdout, /^people: 62 rows written/, stderr);
  t.same(await read('1'), { values: { income: 2 }, event_time: OLD });
  t.same((await read('2'))?.values, { income: 4 });
  t.same((await read('69'))?.values, { income: 59 });
});

t.test('progress is kept where --progress says', async (t) => {
  const { folder, run } = await startStore(t);
  const path = await written(folder, 'people.csv', 'id,income\n1,1\n');
  const { code, stderr } = await run(
    'import',
    path,
    '--view',
    'people',
    '--progress',
    join(folder, 'none', 'x'),
  );
  t.equal(code, 1);
  t.match(stderr, /the progress cannot be kept .*; --progress FILE names another place/);
  const there = join(folder, 'noted');
  await writeFile(there, 'damaged');
  t.equal((await run('import', path, '--view', 'people', '--progress', there)).code, 0);
  await t.rejects(readFile(there));
});

t.test('a view that is not there', async (t) => {
  const { folder, run } = await startStore(t);
  const path = await written(folder, 'people.csv', 'id,income\n1,1\n');
  t.match((await run('import', path, '--view', 'no-such')).stderr, /there is no feature view no-such/);
});
