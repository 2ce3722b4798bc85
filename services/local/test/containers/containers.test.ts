import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ComposeProject, documentedBlocks, type Ran, run } from './compose-project.ts';
import { PredictionLoad } from './prediction-load.ts';

// npm run test:containers: needs Docker with Compose 2.20, and builds the images
const skip = process.env['CONTAINER_TESTS']
  ? false
  : 'CONTAINER_TESTS=1 runs it: it builds and runs the images in Docker, for minutes';

t.setTimeout(1_800_000);

const blocks = documentedBlocks();
const SERVICES = ['balancer', 'orchestrator', 'model', 'aws'];

function succeeds(t: Test, what: string, { code, stdout, stderr, seconds }: Ran): string {
  t.equal(code, 0, `${what}: ${stderr.slice(-600)}`);
  t.comment(`${what}: ${seconds.toFixed(1)} s`);
  return stdout;
}

async function documented(t: Test, project: ComposeProject, heading: string): Promise<string> {
  const outputs: string[] = [];
  for (const code of blocks.get(heading) ?? []) {
    const line = code.trim().split('\n')[0] ?? '';
    outputs.push(succeeds(t, line, await project.bash(code)));
  }
  t.ok(outputs.length > 0, `${heading}: has commands`);
  return outputs.join('\n');
}

const inspect = async (format: string, ...names: string[]) =>
  (await run('docker', ['inspect', '-f', format, ...names])).stdout.trim();

async function until(what: string, condition: () => Promise<boolean>, seconds = 90): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(500))
    if (await condition().catch(() => false)) return;
  throw new Error(`${what}: not within ${seconds} s`);
}

t.test('docker compose up, as docs/containers.md says', { skip }, async (t) => {
  const project = await ComposeProject.create(t);
  const { url } = project;
  const call = async (method: string, path: string, key: string, body?: object) => {
    const headers = { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) };
    const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const keyOf = async () => (await project.compose('run', '--rm', '--no-deps', 'init', 'key')).stdout.trim();
  const predict = async (key: string, id: string | number, reference?: string) =>
    call('POST', '/v1/predictions', key, {
      model: { model_name: 'credit-default' },
      client: { id },
      ...(reference && { reference }),
    });
  const isDelivered = async () => {
    const answer = await fetch(`${url}/health/dependencies`);
    const { evaluation_log } = (await answer.json()) as { evaluation_log: { backlog_bytes: number } };
    return evaluation_log.backlog_bytes === 0;
  };
  const keptOf = async (ids: ReadonlySet<string>) => {
    const rows = await project.query('select event_id, count(*) as n from predictions group by event_id');
    const kept = new Map(rows.map(({ event_id, n }) => [String(event_id), n]));
    return {
      lost: [...ids].filter((id) => !kept.has(id)),
      twice: [...ids].filter((id) => kept.get(id) !== 1),
    };
  };

  const built = await project.compose('build', '--quiet');
  succeeds(t, 'docker compose build', built);
  if (built.code !== 0) return;

  await t.test('it starts, and says how to go on', async (t) => {
    const said = await documented(t, project, 'Start');
    t.match(said, `${url}/docs`);
    t.match(said, `${url}/v2/docs`);
    t.match(said, /"probability":0\.\d+/, 'the documented curl is answered');
  });

  const key = await keyOf();

  await t.test('one front door for both services', async (t) => {
    const values = { LIMIT_BAL: 200_000, EDUCATION: 2, AGE: 41, PAY_0: 0, PAY_2: 0, PAY_3: 0 };
    const bills = { BILL_AMT1: 52_000, BILL_AMT2: 50_100, BILL_AMT3: 48_300, PAY_AMT1: 3000 };
    const put = await call('PUT', '/v1/features/credit-default/anna', key, {
      values: { ...values, ...bills, PAY_AMT2: 3000, PAY_AMT3: 2500 },
    });
    t.match(put, { status: 200, body: { written: true } });
    t.match(await predict(key, 'anna', 'of-anna'), { status: 200, body: { model_version: '1' } });
    t.equal((await predict('another', 'anna')).status, 401);
    t.match(await call('GET', '/v2/models/credit-default', key), { status: 200, body: { versions: ['1'] } });
    t.match(await call('GET', '/v1/models/credit-default', key), { status: 200 });
    t.equal((await call('GET', '/metrics', key)).status, 404, 'not routed');
    for (const path of ['/docs', '/v2/docs', '/docs/json', '/v2/docs/json'])
      t.equal((await fetch(url + path)).status, 200, path);
  });

  await t.test('the record is found by a query in the emulator’s S3', async (t) => {
    const sql =
      "select entity_id, route, features['AGE'] as age from predictions where reference = 'of-anna'";
    await until('the record', async () => (await project.query(sql)).length > 0);
    t.same(await project.query(sql), [{ entity_id: 'anna', route: 'champion', age: 41 }]);
    t.match(await documented(t, project, 'Look inside'), /anna[\s\S]*evaluation_log_backlog_bytes/);
  });

  await t.test('the images: no root, nothing writable, production only', async (t) => {
    for (const service of ['model', 'orchestrator']) {
      const inside = (code: string) => project.compose('exec', service, 'sh', '-c', code);
      t.equal((await inside('id -un')).stdout.trim(), 'node');
      t.not((await inside('touch /app/file')).code, 0, 'read-only');
      const compiled = await inside('ls "$(node -p \'require("node:module").getCompileCacheDir()\')"');
      t.ok(
        compiled.stdout.split('\n').length > 300,
        'what V8 compiled is where this user’s Node looks for it',
      );
      const modules = (await inside('ls node_modules node_modules/@tensorflow')).stdout.split('\n');
      for (const name of ['typescript', 'tap', 'tsx', '@biomejs']) t.notOk(modules.includes(name), name);
      t.equal(modules.includes('tfjs-core'), service === 'model', `${service}: TensorFlow.js`);
    }
    const trained = await project.compose(
      'run',
      '--rm',
      '--no-deps',
      'model',
      'node',
      'services/trainer/src/main.ts',
      '--help',
    );
    t.match(trained, { code: 0, stdout: /--target COLUMN/ }, 'the trainer is in the model’s image');
  });

  await t.test('docker kill of the orchestrator under load loses nothing acknowledged', async (t) => {
    const load = new PredictionLoad(url, key);
    await until('load', async () => load.acknowledged.size > 200);
    const [victim = ''] = await project.containers('orchestrator');
    succeeds(t, 'docker kill', await run('docker', ['kill', victim]));
    const before = load.acknowledged.size;
    succeeds(t, 'up again', await project.compose('up', '--detach', '--wait', 'orchestrator'));
    await until('predictions again', async () => load.acknowledged.size > before + 50);
    await load.stop();
    t.equal((await predict(key, 1)).status, 200);
    await until('delivery', isDelivered);
    t.same(
      await keptOf(load.acknowledged),
      { lost: [], twice: [] },
      `${load.acknowledged.size} acknowledged`,
    );
    t.ok(load.failed > 0, `${load.failed} requests had no answer meanwhile`);
  });

  await t.test('two replicas: one is killed, the other goes on and hands on what it left', async (t) => {
    succeeds(
      t,
      'scale',
      await project.compose('up', '--detach', '--wait', '--scale', 'orchestrator=2', 'orchestrator'),
    );
    const replicas = await project.containers('orchestrator');
    t.equal(replicas.length, 2);
    const folders = async () =>
      (await run('docker', ['exec', replicas[0] ?? '', 'ls', '/var/lib/tristore/spool'])).stdout
        .trim()
        .split('\n');
    await until('a folder for each', async () => (await folders()).length === 2);
    const load = new PredictionLoad(url, key);
    await until('load', async () => load.acknowledged.size > 200);
    succeeds(t, 'docker kill', await run('docker', ['kill', replicas[1] ?? '']));
    const before = load.acknowledged.size;
    await until('predictions go on', async () => load.acknowledged.size > before + 50);
    await load.stop();
    await until('one folder', async () => (await folders()).length === 1);
    await until('delivery', isDelivered);
    t.same(
      await keptOf(load.acknowledged),
      { lost: [], twice: [] },
      `${load.acknowledged.size} acknowledged`,
    );
  });

  await t.test('a setting is changed, replicas come and go', async (t) => {
    await documented(t, project, 'Change a setting');
    t.equal((await project.containers('orchestrator')).length, 1);
    t.equal((await predict(key, 1)).status, 200);
  });

  await t.test('docker stop ends each container by itself, with exit code 0', async (t) => {
    for (const service of SERVICES) {
      const [name = ''] = await project.containers(service);
      const { code, seconds } = await run('docker', ['stop', '--time', '30', name]);
      t.equal(code, 0);
      t.ok(seconds < 30, `${service}: ${seconds.toFixed(1)} s`);
      t.equal(await inspect('{{.State.ExitCode}}', name), '0', `${service}: exit code`);
    }
  });

  await t.test('it starts again with the same key, and down leaves nothing behind', async (t) => {
    await documented(t, project, 'Stop and clean');
    const label = `label=com.docker.compose.project=${project.name}`;
    for (const kind of [
      ['ps', '--all'],
      ['volume', 'ls'],
      ['network', 'ls'],
    ])
      t.equal((await run('docker', [...kind, '--quiet', '--filter', label])).stdout, '', kind.join(' '));
  });
});

t.test('a key that would not travel in a header is refused before anything is made', { skip }, async (t) => {
  const project = await ComposeProject.create(t);
  const args = ['init', '--endpoint', 'http://aws:4566', '--key', 'two words'];
  const { code, stdout, stderr } = await project.compose('run', '--rm', '--no-deps', 'init', ...args);
  t.not(code, 0);
  t.match(stdout + stderr, 'tristore: --key: 1 to 256 printable characters without spaces');
});
