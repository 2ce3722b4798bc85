import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startStore } from './store.ts';

const PROGRAM = fileURLToPath(new URL('../../src/features/main.ts', import.meta.url));
const ROWS = 4_500;

const rowsOf = (income: number) =>
  `id,income\n${Array.from({ length: ROWS }, (_, i) => `${i},${income}\n`).join('')}`;

t.test('an import that was killed goes on where it was, with its own event time', async (t) => {
  const { folder, endpoint, run, read } = await startStore(t);
  const path = join(folder, 'people.csv');
  const noted = `${path}.people.progress`;
  await writeFile(path, rowsOf(1));
  const args = ['import', path, '--view', 'people'];
  const child = spawn(process.execPath, [
    ...['--import', '@tristore/common/typescript.mjs', PROGRAM, ...args],
    ...['--compose', '--endpoint', endpoint],
  ]);
  const ended = once(child, 'close');
  while (!existsSync(noted) && child.exitCode === null) await sleep(10);
  child.kill('SIGKILL');
  await ended;
  const { rows_done: done, started_at: startedAt } = JSON.parse(await readFile(noted, 'utf8'));
  t.ok(done > 0 && done < ROWS, `${done} rows were noted`);

  const { code, stdout, stderr } = await run(...args);
  t.equal(code, 0, stderr);
  t.match(stderr, `going on after row ${done}, where an import was cut off`);
  t.match(stdout, `people: ${ROWS - done} rows written`);
  for (const id of ['0', String(done), String(ROWS - 1)])
    t.same(await read(id), { values: { income: 1 }, event_time: startedAt }, `row ${id}`);
  t.notOk(existsSync(noted));
});

t.test('what was noted for another file is not gone on from', async (t) => {
  const { folder, run, read } = await startStore(t);
  const path = join(folder, 'people.csv');
  const noted = `${path}.people.progress`;
  await writeFile(path, 'id,income\n1,1\n2,2\n');
  const state = { fingerprint: 'of another', started_at: '2026-01-01T00:00:00.000Z', rows_done: 1 };
  await writeFile(noted, JSON.stringify(state));
  const { stdout, stderr } = await run('import', path, '--view', 'people');
  t.match(stderr, /was of another file or target: from the first row/);
  t.match(stdout, /people: 2 rows written/);
  t.same((await read('1'))?.values, { income: 1 });
});
