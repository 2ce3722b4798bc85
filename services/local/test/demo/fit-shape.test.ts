import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { syntheticClients } from '../../src/demo/clients.ts';
import { COLUMNS, ID, TARGET } from '../../src/demo/columns.ts';
import { bytesOf, fitShape } from '../../src/demo/fit/fit.ts';
import { readClients } from '../../src/demo/fit/read-clients.ts';
import { runCommand } from './run-command.ts';

const SHAPE = new URL('../../src/demo/credit-default-shape.json', import.meta.url);
const REAL =
  process.env['CREDIT_DEFAULT_CSV'] ??
  fileURLToPath(new URL('../../../../../shared/data/credit-default.csv', import.meta.url));
const skip = existsSync(REAL) ? false : 'the real file is not here: set CREDIT_DEFAULT_CSV to its path';

t.test(
  'the committed shape is what the real file gives, and no client of it is a real one',
  { skip },
  async (t) => {
    const real = await readClients(REAL);
    t.ok(bytesOf(fitShape(real)) === (await readFile(SHAPE, 'utf8')), 'byte for byte');
    const rows = new Set(real.map(({ values }) => Object.values(values).join()));
    const same = syntheticClients(10_000, 1).filter(({ values }) => rows.has(Object.values(values).join()));
    t.same(same, []);
  },
);

t.test('another process fits the same file to the same bytes', async (t) => {
  const directory = testFolder(t);
  const [data, out] = [join(directory, 'clients.csv'), join(directory, 'shape.json')];
  await runCommand('synthetic.ts', ['--rows', '2000', '--seed', '5', '--out', data]);
  const { code, stdout } = await runCommand('fit-shape.ts', ['--data', data, '--out', out]);
  t.equal(code, 0);
  t.match(stdout, /the shape of 2000 clients/);
  const shape = fitShape(await readClients(data));
  t.ok(bytesOf(shape) === (await readFile(out, 'utf8')));
  for (const counts of Object.values(shape.statuses))
    t.ok(Math.min(...Object.values(counts)) >= 5, 'no count speaks of fewer than five clients');
});

t.test('names line and column of a bad cell, and a column that is missing', async (t) => {
  const cells = [ID, ...COLUMNS, TARGET].map(() => '1');
  const bad = [...cells.slice(0, 5), 'old', ...cells.slice(6)];
  const header = [ID, ...COLUMNS, TARGET];
  const directory = testFolder(t, {
    'bad.csv': [header, cells, bad].join('\n'),
    'short.csv': [header.filter((name) => name !== 'AGE'), cells.slice(1)].join('\n'),
    'empty.csv': header.join(),
  });
  for (const [file, message] of [
    ['bad.csv', 'line 3: AGE must be an integer, is "old"'],
    ['short.csv', 'line 1: no column AGE'],
    ['empty.csv', 'the data file has no rows'],
  ] as const)
    await t.rejects(readClients(join(directory, file)), { name: 'StartupError', message });
  const { code, stderr } = await runCommand('fit-shape.ts', []);
  t.equal(code, 1);
  t.equal(stderr, 'synthetic:fit: --data missing (--help lists the options)\n');
});
