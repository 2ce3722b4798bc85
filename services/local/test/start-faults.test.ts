import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../../common/test/free-port.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { KEY, Launched, ROOT } from './launched.ts';

t.setTimeout(300_000);

const EVENT = { model: { model_name: 'credit-default' }, client: { id: 1 } };

t.test('the key is made once, kept with mode 0600 and printed at every start', async (t) => {
  const dataDir = testFolder(t);
  const ports = { orchestrator: await freePort(), model: await freePort() };
  const first = new Launched(t, dataDir, ports, undefined);
  await first.ready();
  const key = readFileSync(join(dataDir, 'api-key'), 'utf8').trim();
  t.equal(statSync(join(dataDir, 'api-key')).mode & 0o777, 0o600);
  t.ok(first.output.includes(key));
  t.equal((await first.predict(EVENT, key)).status, 200);

  // a second one on the same ports, and on the same folder
  const other = new Launched(t, t.testdirName, ports, KEY);
  t.equal(await other.exited, 1);
  t.match(other.errors.trim(), /^tristore: port \d+ is in use: choose another with --orchestrator-port$/);
  const sameFolder = new Launched(
    t,
    dataDir,
    { orchestrator: await freePort(), model: await freePort() },
    KEY,
  );
  t.equal(await sameFolder.exited, 1);
  t.match(sameFolder.errors.trim(), /^tristore: .* is in use by process \d+$/);

  // an accident to one service ends all of it, and says so
  process.kill(
    Number(
      execFileSync('pgrep', ['-f', `model/src/main.ts`, '-P', String(first.process.pid)], {
        encoding: 'utf8',
      }),
    ),
    'SIGKILL',
  );
  t.equal(await first.exited, 1);
  t.match(first.output, /model ended/);
});

t.test('a broken artifact: one clear line and exit code 1', async (t) => {
  const artifact = join(ROOT, 'model-artifacts/credit-default/1');
  const files = ['model.json', 'weights.bin', 'manifest.json'].map(
    (name) => [name, readFileSync(join(artifact, name))] as const,
  );
  const dataDir = testFolder(t, { 'model-artifacts': { 'credit-default': { 1: {} } } });
  for (const [name, bytes] of files)
    writeFileSync(
      join(dataDir, 'model-artifacts/credit-default/1', name),
      name === 'weights.bin' ? bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte)) : bytes,
    );
  const broken = new Launched(t, dataDir, { orchestrator: await freePort(), model: await freePort() }, KEY);
  t.equal(await broken.exited, 1);
  t.match(
    broken.errors.trim(),
    /^tristore: model credit-default version 1: weights\.bin does not match its checksum/,
  );
  t.equal(broken.errors.trim().split('\n').length, 1);
});

t.test('options: help, and a clear line for what is wrong', async (t) => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      ['--import', '@tristore/common/typescript.mjs', 'services/local/src/main.ts', ...args],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
  const help = run('--help');
  t.equal(help.status, 0);
  t.match(help.stdout, /--orchestrator-port/);
  for (const [args, line] of [
    [['--model-port', 'x'], /^tristore: --model-port: "x" is not a port/],
    [['--no-such'], /^tristore: .*--no-such/],
    [['--key', 'two words'], /^tristore: --key/],
  ] as const) {
    const { status, stderr } = run(...args);
    t.equal(status, 1);
    t.match(stderr.trim(), line);
  }
});

t.test('a port that another program holds: exit code 1 before anything is written', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const taken = new Launched(
    t,
    join(testFolder(t), 'new'),
    { orchestrator: await freePort(), model: port },
    KEY,
  );
  t.equal(await taken.exited, 1);
  t.match(
    taken.errors.trim(),
    new RegExp(`^tristore: port ${port} is in use: choose another with --model-port$`),
  );
  t.throws(() => statSync(join(t.testdirName, 'new')));
});
