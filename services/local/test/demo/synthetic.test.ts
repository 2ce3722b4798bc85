import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { syntheticClients } from '../../src/demo/clients.ts';
import { runCommand } from './run-command.ts';

t.test('writes the real file’s header and the same clients as every other process', async (t) => {
  const out = join(testFolder(t), 'clients.csv');
  const { code, stdout } = await runCommand('synthetic.ts', ['--rows', '3', '--seed', '7', '--out', out]);
  t.equal(code, 0);
  t.match(stdout, /3 synthetic clients/);
  const [header, ...rows] = (await readFile(out, 'utf8')).trimEnd().split('\n');
  t.match(header, /^ID,LIMIT_BAL,SEX,.*,PAY_AMT6,default\.payment\.next\.month$/);
  t.same(
    rows,
    syntheticClients(3, 7).map(({ id, values, label }) => [id, ...Object.values(values), label].join(',')),
  );
});

t.test('without a file it writes to standard output', async (t) => {
  const { stdout } = await runCommand('synthetic.ts', ['--rows', '2']);
  t.equal(stdout.trimEnd().split('\n').length, 3);
});

t.test('says what is wrong with the command line in one line', async (t) => {
  for (const [args, message] of [
    [['--rows', 'ten'], 'synthetic: --rows: must be an integer from 1 to 1000000, is "ten"\n'],
    [['--sead', '1'], "synthetic: Unknown option '--sead' (--help lists the options)\n"],
    [['--out', t.testdirName], /^synthetic: --out: cannot be written \(/],
  ] as const) {
    testFolder(t);
    const { code, stderr } = await runCommand('synthetic.ts', [...args]);
    t.equal(code, 1);
    t.match(stderr, message);
  }
});

t.test('--help lists the options', async (t) => {
  const { code, stdout } = await runCommand('synthetic.ts', ['--help']);
  t.equal(code, 0);
  t.match(stdout, /--seed S/);
});
