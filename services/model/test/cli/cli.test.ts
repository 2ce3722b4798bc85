import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { runCommand } from '../../src/cli/run.ts';
import { writeVersion } from '../fixtures.ts';
import { echoing, twoByTwo, writeBareVersion } from '../graphs.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The command as a process of its own. */
function processOf(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', '@tristore/common/typescript.mjs', MAIN, ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '1' },
    },
  );
  return { status, stdout, stderr };
}

/** The command in this process: starting one costs a second. */
async function model(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const into = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[stream] += text;
    },
  });
  const status = await runCommand(args, { stdout: into('stdout'), stderr: into('stderr') });
  return { status, ...written };
}

t.test('npm run model is that command, its exit code the process’', async (t) => {
  const root = testFolder(t);
  await writeVersion(root);
  const folder = join(root, 'adder', '1');
  t.match(processOf('inspect', folder), { status: 0, stdout: /^adder version 1: layers-model/ });
  t.match(processOf('validate', join(root, 'nowhere')), { status: 1, stdout: '', stderr: /^model: .*\n$/ });
  t.match(processOf(), { status: 2, stdout: '', stderr: /^model: a command is missing.*\n$/ });
});

t.test('inspect shows the signature of a model without a manifest', async (t) => {
  const folder = await writeBareVersion(testFolder(t), await twoByTwo(), { model: 'two', version: '7' });
  const text = await model('inspect', folder);
  t.equal(text.status, 0, text.stderr);
  t.match(text.stdout, /^two version 7: layers-model, 20 bytes of weights\nno manifest/);
  t.match(text.stdout, /│ input +│ a +│ FP32 +│ \[-1, 2\] +│/);
  t.match(text.stdout, /│ output +│ copy +│ FP32 +│ \[-1, 3\] +│/);
  t.strictSame(JSON.parse((await model('inspect', folder, '--json')).stdout), {
    model: 'two',
    version: '7',
    format: 'layers-model',
    weight_bytes: 20,
    manifest: false,
    inputs: [
      { name: 'a', datatype: 'FP32', shape: [-1, 2] },
      { name: 'b', datatype: 'FP32', shape: [-1, 3] },
    ],
    outputs: [
      { name: 'sum', datatype: 'FP32', shape: [-1, 1] },
      { name: 'copy', datatype: 'FP32', shape: [-1, 3] },
    ],
  });
});

t.test('inspect shows what the manifest knows, wherever the folder lies', async (t) => {
  const root = testFolder(t);
  await writeVersion(root);
  const { status, stdout } = await model('inspect', join(root, 'adder', '1'), '--json');
  t.equal(status, 0);
  t.match(JSON.parse(stdout), { model: 'adder', manifest: true, features: ['a', 'b', 'c'], threshold: 0.5 });
});

t.test('inspect tells where the graph is not what the manifest says', async (t) => {
  const root = testFolder(t);
  await writeVersion(root, {
    edit: ({ signature }) => signature.outputs.splice(0, 1, { name: 'p', datatype: 'FP32', shape: [-1, 2] }),
  });
  const { status, stdout } = await model('inspect', join(root, 'adder', '1'));
  t.equal(status, 1);
  t.match(stdout, /outputs "p": the graph's shape is \[-1,1\], the manifest's \[-1,2\]/);
});

t.test('validate loads, warms up and times 1, 32 and 1,000 rows', async (t) => {
  const root = testFolder(t);
  await writeVersion(root);
  const folder = join(root, 'adder', '1');
  const text = await model('validate', folder);
  t.equal(text.status, 0, text.stderr);
  t.match(
    text.stdout,
    /^adder version 1 \(layers-model\) is sound: it loads in \d+ ms and runs on \w+\nmanifest: /,
  );
  t.match(text.stdout, /│ 1000 │ +\d+\.\d{3} │ +\d+\.\d │/);
  const json = JSON.parse((await model('validate', folder, '--json', '--backend', 'cpu')).stdout);
  t.match(json, { backend: 'cpu', manifest: true, batchable: true });
  t.strictSame(
    json.timings.map(({ rows }: { rows: number }) => rows),
    [1, 32, 1000],
  );
  t.ok(json.timings.every(({ milliseconds }: { milliseconds: number }) => milliseconds > 0));
});

t.test('validate says what it cannot time', async (t) => {
  const folder = await writeBareVersion(testFolder(t), echoing('DT_STRING'));
  const { status, stdout } = await model('validate', folder);
  t.equal(status, 0);
  t.match(stdout, /no manifest: .*\n.*\nnot timed: it takes texts/);
});

t.test('a model that is not sound: one line, and exit code 1', async (t) => {
  const root = testFolder(t);
  await writeVersion(root);
  const folder = join(root, 'adder', '1');
  await writeFile(join(folder, 'weights.bin'), 'rotten');
  for (const command of ['inspect', 'validate']) {
    const { status, stderr, stdout } = await model(command, folder);
    t.equal(status, 1);
    t.equal(stdout, '');
    t.match(stderr, /^model: model adder version 1: weights\.bin does not match its checksum .*\n$/);
  }
  const nowhere = await model('validate', join(root, 'nowhere'));
  t.equal(nowhere.status, 1);
  t.match(nowhere.stderr, /model\.json cannot be read \(there is no .*nowhere\/model\.json\)\n$/);
});

t.test('a command line that cannot be followed: one line, and exit code 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /a command is missing: inspect or validate/],
    [['guess', 'x'], /there is no command "guess"/],
    [['inspect'], /inspect: DIR is missing/],
    [['inspect', 'a', 'b'], /one DIR at a time, not also b/],
    [['inspect', 'a', '--fast'], /Unknown option '--fast'/],
    [['validate', 'a', '--backend', 'gpu'], /--backend: must be one of auto, wasm/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = await model(...args);
    t.equal(status, 2, args.join(' '));
    t.match(stderr, message);
    t.equal(stderr.split('\n').length, 2);
  }
  const help = await model('--help');
  t.equal(help.status, 0);
  t.match(help.stdout, /^Usage: npm run model -- inspect DIR/);
});
