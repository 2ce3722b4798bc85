import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { freePort, KEY, Launched, launch, query, ROOT } from './launched.ts';

t.setTimeout(180_000);

const EVENT = { model: { model_name: 'credit-default', model_version: 1 }, client: { id: 1 } };
const kept = (dataDir: string, id: string) =>
  query(dataDir, `select * from predictions where event_id = '${id}'`);

t.test('from one command to a kept, queryable record', async (t) => {
  const dataDir = t.testdir();
  const first = await launch(t, dataDir);
  t.match(first.output, new RegExp(`${first.url}/docs`));
  t.match(first.output, new RegExp(`${first.modelUrl}/v2/docs`));
  t.match(first.output, /loaded 500 synthetic clients/);
  const curl = /^ {2}(curl .*)$/m.exec(first.output)?.[1] ?? '';
  const answer = JSON.parse(execFileSync('bash', ['-c', curl], { encoding: 'utf8' }));
  t.match(answer, {
    model_name: 'credit-default',
    model_version: '1',
    missing_features: [],
    out_of_range: [],
  });
  t.equal((await first.predict(EVENT, 'wrong')).status, 401);
  t.equal((await first.predict({ ...EVENT, client: { id: 501 } })).status, 404);

  t.equal(await first.stop(), 0, 'Ctrl-C ends it in order');
  t.match(
    kept(dataDir, answer.event_id),
    [{ entity_id: '1', probability: answer.probability, route: 'pinned' }],
    'found at once after Ctrl-C',
  );
  t.equal(query(dataDir, 'select count(*) as n from predictions')[0]?.['n'], 2, 'the self-test and the curl');

  // the same folder again: nothing is loaded twice, and a SIGKILL of every process loses nothing
  const second = await launch(t, dataDir);
  t.notMatch(second.output, /loaded/);
  const again = await second.predict(EVENT);
  await second.kill();
  t.equal(again.body.probability, answer.probability, 'the same client, the same answer');
  const third = await launch(t, dataDir);
  t.equal(kept(dataDir, again.body.event_id).length, 1, 'the record is there once when it is ready again');

  // an outcome joins the prediction
  const outcome = { event_id: answer.event_id, outcome: 1, observed_at: '2026-11-01T00:00:00Z' };
  const sent = await fetch(`${third.url}/v1/outcomes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY },
    body: JSON.stringify(outcome),
  });
  t.equal(sent.status, 202);
  t.equal(await third.stop(), 0);
  t.match(
    query(dataDir, `select outcome from predictions_with_outcomes where event_id = '${answer.event_id}'`),
    [{ outcome: 1 }],
  );
  t.equal(query(dataDir, 'select event_id from prediction_records group by 1 having count(*) > 1').length, 0);
});

t.test('the key is made once, kept with mode 0600 and printed at every start', async (t) => {
  const dataDir = t.testdir();
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
  const dataDir = t.testdir({ 'model-artifacts': { 'credit-default': { 1: {} } } });
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
    spawnSync(process.execPath, ['--import', 'tsx', 'services/local/src/main.ts', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
    });
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
    join(t.testdir(), 'new'),
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
