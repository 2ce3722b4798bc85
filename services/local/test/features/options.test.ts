import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { readOptions } from '../../src/features/options.ts';
import { runCommand } from '../../src/features/run.ts';

async function run(...args: string[]) {
  let said = '';
  const stream = { write: (text: string) => (said += text) };
  return { code: await runCommand(args, { stdout: stream, stderr: stream }), said };
}

t.test('--help tells every command and option', async (t) => {
  const { code, said } = await run('--help');
  t.equal(code, 0);
  for (const part of [
    'import FILE',
    'export FILE',
    'get ID',
    'delete ID',
    '--replace',
    '--aws',
    '--state-table',
  ])
    t.match(said, part);
});

t.test('what cannot be followed: one line, exit code 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /a command is missing: import, export, get, delete/],
    [['load'], /there is no command "load"/],
    [['import', '--view', 'v'], /import: FILE is missing/],
    [['get', '--view', 'v'], /get: ID is missing/],
    [['get', '1', '2', '--view', 'v'], /one ID at a time, not also 2/],
    [['get', '1'], /--view is missing/],
    [['get', '1', '--view', 'v', '--nope'], /Unknown option '--nope'/],
    [['get', '1', '--view', 'v', '--at-once', '0'], /--at-once: must be an integer from 1 to 1000, is "0"/],
    [['get', '1', '--view', 'v', '--aws', '--compose'], /--data, --compose and --aws: one of them/],
    [['get', '1', '--view', 'v', '--endpoint', 'http://x'], /--endpoint goes with --compose/],
    [['get', '1', '--view', 'v', '--compose', '--endpoint', 'x'], /"x" is no URL/],
    [['get', '1', '--view', 'v', '--state-table', 'x'], /go with --aws/],
  ];
  for (const [args, line] of cases) {
    const { code, said } = await run(...args);
    t.equal(code, 2, said);
    t.match(said, line);
    t.match(said, /^features: [^\n]*\n$/);
  }
});

t.test('where nothing runs it says how to run it, or name another', async (t) => {
  const { code, said } = await run('get', '1', '--view', 'v', '--data', testFolder(t));
  t.equal(code, 1);
  t.match(said, /^features: no system runs on .*: npm start runs it/);
});

t.test('where the rows are, and how many calls are in flight', async (t) => {
  const read = (...more: string[]) => readOptions(['import', 'f.csv', '--view', 'v', ...more]);
  t.match(read(), { place: { kind: 'local', dataDir: '.tristore' }, atOnce: 32 });
  t.match(read('--replace'), { atOnce: 8 });
  t.match(read('--compose'), { place: { kind: 'emulator', endpoint: 'http://127.0.0.1:4566' } });
  t.match(read('--aws', '--features-table', 'f'), {
    place: { kind: 'aws', featuresTable: 'f', stateTable: 'state' },
  });
});
