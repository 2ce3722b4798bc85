import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { prepare } from './synthetic.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function run(args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--import', '@tristore/common/typescript.mjs', MAIN, ...args]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

t.test('two processes with the same seed and backend write the same bytes', async (t) => {
  const options = await prepare(testFolder(t));
  const hashes = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const out = join(options.out, name);
      const { data, target, id, view } = options;
      const words = Object.entries({ data, target, id, view, name: 'lateness', out, seed: '5' });
      const args = words.flatMap(([option, value]) => [`--${option}`, value]);
      const result = await run([...args, '--backend', 'wasm', '--epochs', '3']);
      t.equal(result.code, 0, result.err);
      t.match(result.out, /logistic regression +90 .*\nbase rate +90 /);
      t.match(result.err, /^epoch 1 {2}validation log-loss 0\.\d{5} {2}\*$/m);
      const hash = async (file: string) =>
        createHash('sha256')
          .update(await readFile(join(out, 'lateness', '1', file)))
          .digest('hex');
      return [await hash('model.json'), await hash('weights.bin')];
    }),
  );
  t.same(hashes[0], hashes[1]);
});

t.test('a fault is one clear line and exit code 1', async (t) => {
  const { data, view } = await prepare(testFolder(t));
  const named = ['--id', 'id', '--name', 'lateness', '--view', view, '--backend', 'wasm'];
  const { code, err } = await run(['--data', data, '--target', 'lateness', ...named]);
  t.equal(code, 1);
  t.equal(err, 'train: people.csv: --target: the data file has no column lateness\n');
});

t.test('--help shows the options', async (t) => {
  const { code, out } = await run(['--help']);
  t.equal(code, 0);
  t.match(out, /--cv-only/);
});
