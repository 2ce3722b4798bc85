import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SchemaError } from '@tristore/common/validate.ts';
import t from 'tap';
import { testFolder } from '../../../services/common/test/test-folder.ts';
import { missingIn } from '../../commands/assembly.ts';
import { exitCodeOf } from '../../commands/run-command.ts';
import { loadStage } from '../../stages/load-stage.ts';
import { defineStage } from '../../stages/stage.ts';
import { NOBODY, run, SOMEBODY } from './program.ts';
import { account, onTheWire } from './wire.ts';

t.setTimeout(300_000);
const COMMANDS = ['synth', 'deploy', 'diff', 'destroy', 'cost'] as const;

t.test('every command refuses a stage that there is not, in one line, with code 2', async (t) => {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await run(command, ['--stage', 'production']);
    t.same(
      { code, stdout, stderr },
      {
        code: 2,
        stdout: '',
        stderr: `${command}: there is no stage "production": one of sand, dev, prd\n`,
      },
    );
  }
});

t.test('every command says what it takes, and which codes it ends with', async (t) => {
  for (const command of COMMANDS) {
    const { code, stdout, stderr } = await run(command, ['--help']);
    t.equal(code, 0);
    const stage = '--stage sand|dev|prd';
    t.match(stdout, `Usage: npm run ${command} -- ${command === 'synth' ? `[${stage}]` : stage}`);
    t.match(stdout, 'Exit code: 0');
    t.equal(stderr, '');
  }
});

t.test('what cannot be followed is refused before anybody is asked anything', async (t) => {
  const refused: [Parameters<typeof run>[0], string[], RegExp][] = [
    ['diff', [], /^diff: --stage is missing: one of sand, dev, prd\n$/],
    ['deploy', ['--stage'], /^deploy: .*--stage/],
    ['deploy', ['--stage', 'sand', '--force'], /^deploy: .*--force.*--help/],
    ['deploy', ['--stage', 'sand', '--check', 'all'], /^deploy: --check: only\n$/],
    ['deploy', ['--stage', 'sand', '--images', 'model=a:latest'], /^deploy: --images: orchestrator=…/],
    ['cost', ['--stage', 'prd'], /^cost: --rps: must be a number from 0 to 1000000, is missing\n$/],
    [
      'cost',
      ['--stage', 'prd', '--rps', '-1'],
      /^cost: Option '--rps' argument is ambiguous \(--help .*\)\n$/,
    ],
    ['delivery', ['--stage', 'sand'], /^delivery: .*--stage.*--help/],
    ['cost', ['--stage', 'prd', '--rps', 'many'], /^cost: --rps: .* is "many"\n$/],
    [
      'cost',
      ['--stage', 'prd', '--rps', '1', '--hours-per-day', '25'],
      /^cost: --hours-per-day: .*24.*"25"\n$/,
    ],
  ];
  for (const [command, args, message] of refused) {
    const { code, stdout, stderr } = await run(command, args);
    t.match(
      { code, stdout, stderr },
      { code: 2, stdout: '', stderr: message },
      `${command} ${args.join(' ')}`,
    );
  }
  const nobodys = await run('delivery', []);
  t.equal(nobodys.code, 1);
  t.match(nobodys.stderr, /^delivery: write your repository into .*\n$/);
  const nowhere = await run('synth', ['--stage', 'sand', '--out', '/dev/null']);
  t.equal(nowhere.code, 1);
  t.equal(nowhere.stderr, 'synth: nothing can be written to /dev/null: EEXIST\n');
  const { code, stderr } = await run('cost', ['--stage', 'prd', '--rps', '1', '--region', 'eu-west-9']);
  t.equal(code, 1);
  t.equal(stderr, 'cost: there are no prices for eu-west-9: --region takes us-east-1 or eu-central-1\n');
});

t.test('a setting out of range is one line that names it', async (t) => {
  let said = '';
  const sand = loadStage('sand');
  try {
    defineStage({ ...sand, network: { ...sand.network, zones: 7 } });
  } catch (error) {
    t.type(error, SchemaError);
    t.equal(
      exitCodeOf('deploy', error, (text) => {
        said += text;
      }),
      1,
    );
  }
  t.equal(said, 'deploy: stage: network.zones must be <= 3\n');
});

t.test('without credentials synth works, and what needs them says so in one line', async (t) => {
  const out = join(testFolder(t), 'out');
  const synth = await run('synth', ['--stage', 'sand', '--out', out]);
  t.equal(synth.code, 0, synth.stderr);
  t.match(synth.stdout, `${out}: `);
  t.match(synth.stdout, /nothing to look up\n {2}tristore-sand-/);
  t.same(missingIn(out), []);
  t.match(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')), {
    artifacts: { 'tristore-sand-data': { type: 'aws:cloudformation:stack' } },
  });
  for (const command of ['deploy', 'diff', 'destroy'] as const) {
    const { code, stdout, stderr } = await run(command, ['--stage', 'sand'], NOBODY);
    t.equal(code, 1);
    t.equal(stdout, '');
    t.match(stderr, new RegExp(`^${command}: there are no AWS credentials: run aws configure .*\n$`));
  }
});

t.test('destroy asks at a terminal, and takes nothing for a yes without one', async (t) => {
  const { endpoint, asked } = await onTheWire(t, (one) => {
    if (one.operation !== 'DescribeStacks') return account()(one);
    const name = one.form.get('StackName') ?? '';
    return {
      body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><StackId>id</StackId><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    };
  });
  const { code, stdout, stderr } = await run('destroy', ['--stage', 'prd'], {
    ...SOMEBODY,
    AWS_ENDPOINT_URL: endpoint,
  });
  t.equal(code, 1);
  t.equal(stderr.split('\n').at(-2), 'destroy: the removal is confirmed at a terminal, or by --yes');
  t.match(
    stdout,
    /What goes of prd .*\n( {2}tristore-prd-\w+\n)+What stays:\n {2}tristore-prd-data: features/,
  );
  t.same([...new Set(asked.map(({ operation }) => operation))].sort(), [
    'DescribeStacks',
    'GetCallerIdentity',
  ]);
});
