import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { outcome, prediction } from '../../../../common/test/evaluation-store/records.ts';
import { testFolder } from '../../../../common/test/test-folder.ts';
import { rowsOf } from '../../../../local/test/firehose/stored.ts';
import { start } from '../../../../local/test/started.ts';
import { runCommand } from '../../../src/evaluation-log/cli/run.ts';
import { S3RescueStore } from '../../../src/evaluation-log/rescue/s3-rescue-store.ts';
import { setAsideIn } from '../../../src/evaluation-log/set-aside.ts';
import { openLogOn } from '../open-log-on.ts';
import { RecordingStream } from '../recording-stream.ts';
import { until } from '../until.ts';

t.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/evaluation-log.md'), 'utf8');
const run = promisify(execFile);

/** What the SDK reads from the environment. */
const environmentOf = (endpoints: { firehose: string; s3: string }) => ({
  ...process.env,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_FIREHOSE: endpoints.firehose,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
});

/** Runs a command line; its exit code and what it wrote. */
async function shell(command: string, env: NodeJS.ProcessEnv) {
  try {
    const { stdout, stderr } = await run('bash', ['-c', command], { cwd: ROOT, env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

async function prepare(t: Test) {
  const dataDir = testFolder(t);
  const started = await start(t, dataDir);
  const root = join(dataDir, 'spool');
  const down = new RecordingStream();
  down.down = true;
  /** A replica that ended before it could deliver. */
  const leave = async (ids: string[], rescue?: S3RescueStore) => {
    const log = await openLogOn(started.clients.firehose, {
      acknowledgement: 'disk',
      root: rescue ? join(dataDir, 'elsewhere') : root,
      streamOf: () => down,
      ...(rescue && { rescue }),
    });
    for (const event_id of ids) await log.appendPrediction(prediction({ event_id }));
    await log.close(10);
  };
  const spool = (args: string, env = environmentOf(started.endpoints)) =>
    shell(`npm run --silent spool -- ${args}`, env);
  const kept = async () => {
    await started.flush();
    return (await rowsOf(dataDir, 'prediction_records')).map(({ event_id }) => event_id);
  };
  return { ...started, root, leave, spool, kept, down };
}

t.test('every command of the page works', async (t) => {
  const { clients, endpoints, root, leave, kept, down } = await prepare(t);
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'tristore-rescue' }));
  const store = new S3RescueStore({ client: clients.s3, bucket: 'tristore-rescue', prefix: 'orchestrator' });
  await leave(['rescued'], store);
  await leave(['left-1', 'left-2', 'left-3']);
  const silent = pino({ level: 'silent' });
  await setAsideIn(root, 'prediction-records', silent).keepRecord(
    Buffer.from(`${JSON.stringify(prediction({ event_id: 'poison' }))}\n`),
    'refused 7 times while others were taken',
  );
  const living = await openLogOn(clients.firehose, {
    acknowledgement: 'memory',
    root,
    streamOf: () => down,
    lookMs: 1_000_000,
  });
  t.teardown(() => living.close(0));
  await until(() => living.backlog().records === 3);
  // it has adopted what was left; another is left for the command
  await leave(['left-4']);
  await living.appendOutcomes([outcome({ reference: 'a' })]);

  const outputs: string[] = [];
  for (const [, code = ''] of PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)) {
    const command = code.replaceAll('.tristore/spool', root);
    const { code: status, stdout, stderr } = await shell(command, environmentOf(endpoints));
    t.equal(status, 0, `${code} ${stderr}`);
    outputs.push(stdout);
  }
  const [ls = '', verified = '', drained = '', rescued = ''] = outputs;
  t.match(ls, /│ yes +│ prediction-records │ 1 +│ 3 +│ \d+ +│ \d+ s/);
  t.match(ls, /│ no +│ prediction-records │ 1 +│ 1 /);
  t.match(ls, /refused 7 times while others were taken/);
  t.match(verified, /^4 records in 2 segments are whole\n$/);
  t.match(drained, /^2 records delivered\n$/);
  t.match(rescued, /^1 records delivered\n$/);
  t.same(await kept(), ['left-4', 'poison', 'rescued']);
  t.same(await store.list(), []);
});

t.test('damage: verify tells the place and exits with 1; drain keeps it and delivers the rest', async (t) => {
  const { root, leave, spool, kept } = await prepare(t);
  await leave(['e1', 'e2', 'e3']);
  const [replica = ''] = readdirSync(root);
  const file = join(root, replica, 'prediction-records', '000000000001.segment');
  const bytes = readFileSync(file);
  const frame = bytes.length / 3;
  bytes[frame + 30] = 0;
  writeFileSync(file, bytes);
  const verified = await spool(`verify --dir ${root}`);
  t.equal(verified.code, 1);
  t.match(
    verified.stdout,
    `damaged: ${replica}/prediction-records/000000000001.segment, offset ${frame}: ${frame} bytes`,
  );
  t.match(await spool(`drain --dir ${root}`), {
    code: 0,
    stdout: '2 records delivered\n',
    stderr: /set aside/,
  });
  t.same(await kept(), ['e1', 'e3']);
  t.same(readdirSync(root), ['set-aside']);
  const { stdout } = await spool(`ls --json --dir ${root}`);
  t.match(JSON.parse(stdout), { spools: [], set_aside: [{ bytes: frame, reason: 'damaged' }] });
});

t.test('while Firehose is away drain loses nothing, and exits with 1', async (t) => {
  const { root, leave, spool, endpoints } = await prepare(t);
  await leave(['e1']);
  const away = { ...environmentOf(endpoints), AWS_ENDPOINT_URL_FIREHOSE: 'http://127.0.0.1:1' };
  const drained = await spool(`drain --dir ${root} --patience 0.5`, away);
  t.match(drained, { code: 1, stdout: /^0 records delivered\n\d+ bytes .* left/, stderr: /delivery fails/ });
  t.match((await spool(`ls --dir ${root}`)).stdout, /│ no +│ prediction-records │ 1 +│ 1 /);
});

/** The same without a process of its own, for what comes to nothing. */
async function refused(args: string) {
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said) =>
    new Writable({
      write(chunk, _encoding, done) {
        said[name] += chunk;
        done();
      },
    });
  const streams = { stdout: into('stdout'), stderr: into('stderr') };
  return { code: await runCommand(args.split(' ').filter(Boolean), streams), ...said };
}

t.test('command lines that cannot be followed', async (t) => {
  const { root, spool } = await prepare(t);
  t.match(await refused('--help'), { code: 0, stdout: /Exit code/ });
  for (const [args, said] of [
    ['', /a command is missing/],
    ['clear', /there is no command "clear"/],
    ['ls here', /takes no argument here/],
    ['ls --dir a --from s3://b', /one of the two/],
    ['ls --poison', /--poison goes with drain/],
    ['drain --json', /--json goes with/],
    ['drain --patience soon', /--patience/],
    ['ls --all', /--all/],
  ] as const)
    t.match(await refused(args), { code: 2, stderr: said }, args);
  t.match(await refused(`ls --dir ${root}`), { code: 1, stderr: /there is no folder/ });
  t.match(await refused('ls --from s3:/no'), { code: 1, stderr: /--from: s3:\/no is not/ });
  t.match(await spool('ls --from s3://no-such-bucket'), { code: 1, stderr: /^spool: .*exist/ });
});
