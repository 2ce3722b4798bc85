import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUCKETS } from '@tristore/common/resources.ts';
import t, { type Test } from 'tap';
import { keep, outcome, prediction } from '../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../common/test/test-folder.ts';

const PROGRAM = fileURLToPath(new URL('../src/query.ts', import.meta.url));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

const query = (...args: string[]) =>
  new Promise<Ended>((resolve) => {
    execFile(
      process.execPath,
      ['--import', '@tristore/common/typescript.mjs', PROGRAM, ...args],
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

async function dataFolder(t: Test): Promise<string> {
  const data = testFolder(t);
  const bucket = join(data, 's3', BUCKETS.evaluation);
  const answers = Array.from({ length: 12 }, (_, i) =>
    prediction({
      event_id: `event-${String(i).padStart(2, '0')}`,
      entity_id: `client-${i}`,
      created_at: `2026-03-24 06:30:${10 + i}.000`,
    }),
  );
  await keep(bucket, 'prediction_records', [
    ...answers,
    prediction({ event_id: 'event-11', route: 'shadow', model_version: '2' }),
  ]);
  await keep(bucket, 'outcome_records', [outcome({ event_id: 'event-00' })]);
  return data;
}

t.test('without a statement it shows the ten latest predictions, newest first', async (t) => {
  const data = await dataFolder(t);
  const before = await readdir(data, { recursive: true });
  const { code, stdout, stderr } = await query('--data', data);
  t.equal(code, 0, stderr);
  const lines = stdout.split('\n');
  const head = ['time', 'client', 'model', 'version', 'route', 'probability', 'prediction', 'event_id'];
  t.match(lines[1], new RegExp(head.join('.*')));
  const shown = lines.flatMap((line) => /event-\d+/.exec(line) ?? []);
  t.same(
    shown,
    Array.from({ length: 10 }, (_, i) => `event-${String(11 - i).padStart(2, '0')}`),
  );
  t.match(stdout, /2026-03-24 06:30:21\.000 .* client-11 .* credit-default .* champion .* 0\.625/);
  t.same(await readdir(data, { recursive: true }), before, 'and writes nothing');
});

t.test('--json prints an array of rows as plain values', async (t) => {
  const data = await dataFolder(t);
  const sql = `select event_id, created_at, features, reasons, entities, outcome, count(*) over () as n
    from predictions_with_outcomes order by event_id limit 1`;
  const { code, stdout, stderr } = await query('--data', data, '--json', sql);
  t.equal(code, 0, stderr);
  t.same(JSON.parse(stdout), [
    {
      event_id: 'event-00',
      created_at: '2026-03-24 06:30:10.000',
      features: { LIMIT_BAL: 20_000, PAY_0: 2 },
      reasons: ['a payment is two months late'],
      entities: null,
      outcome: 1,
      n: 12,
    },
  ]);
});

t.test('what cannot be run ends with one line and exit code 1', async (t) => {
  const data = testFolder(t);
  const cases: [string[], RegExp][] = [
    [['--data', data, 'select nope from predictions'], /^query: Binder Error: .*"nope" not found.*\n$/],
    [['--data', data, 'drop view predictions'], /^query: only reading is allowed here, not DROP\n$/],
    [['--data', data, 'select', '1'], /^query: one statement, in quotes; got 2 arguments\n$/],
    [['--nope'], /^query: Unknown option '--nope'; see npm run query -- --help\n$/],
  ];
  await Promise.all(
    cases.map(async ([args, line]) => {
      const { code, stdout, stderr } = await query(...args);
      t.equal(code, 1);
      t.equal(stdout, '');
      t.match(stderr, line);
    }),
  );
});

t.test('while nothing is there it says so', async (t) => {
  const data = testFolder(t);
  const empty = await query('--data', data);
  t.same([empty.code, empty.stderr], [0, '']);
  t.match(empty.stdout, /^no prediction has arrived yet: .*\n$/);
  const absent = await query('--data', join(data, 'absent'), '--json', 'select * from predictions');
  t.same([absent.code, absent.stdout], [0, '[]\n']);
  t.match(absent.stderr, /^query: there is no .*absent yet: npm start makes it, --data names another\n$/);
});

t.test('--help tells the options', async (t) => {
  const { code, stdout } = await query('--help');
  t.equal(code, 0);
  for (const part of ['--data DIR', '--json', 'predictions_with_outcomes']) t.match(stdout, part);
});

t.test('a reader that has seen enough ends it without a complaint', async (t) => {
  const data = await dataFolder(t);
  const child = spawn(process.execPath, [
    ...['--import', '@tristore/common/typescript.mjs', PROGRAM, '--data', data, '--json'],
    'select * from range(300000)',
  ]);
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  t.equal(code, 0);
  t.same(said, []);
});
