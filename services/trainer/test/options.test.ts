import t from 'tap';
import { readOptions } from '../src/options.ts';

const NEEDED = ['--data', 'a.csv', '--target', 'y', '--id', 'id', '--name', 'm'];

t.test('defaults', async (t) => {
  t.same(readOptions(NEEDED), {
    data: 'a.csv',
    target: 'y',
    id: 'id',
    name: 'm',
    view: undefined,
    out: 'model-artifacts',
    seed: 1,
    folds: undefined,
    cvOnly: false,
    epochs: 60,
    backend: 'auto',
  });
  t.equal(readOptions(['--help']), undefined);
});

const FAULTS: [string[], RegExp][] = [
  [['--data', 'a.csv'], /^--target, --id, --name missing/],
  [[...NEEDED, '--sede', '1'], /^Unknown option '--sede'/],
  [[...NEEDED, '--seed', 'x'], /^--seed: must be an integer from 0/],
  [[...NEEDED, '--cv', '1'], /^--cv: must be an integer from 2/],
  [[...NEEDED, '--cv-only'], /^--cv-only needs --cv/],
  [[...NEEDED, '--backend', 'gpu'], /^--backend: must be one of auto, wasm/],
  [[...NEEDED, '--name', '../x'], /^--name: name must match pattern/],
  [[...NEEDED, '--target', 'id'], /^--target and --id are both id/],
  [[...NEEDED, 'extra'], /^Unexpected argument 'extra'/],
];
for (const [args, message] of FAULTS)
  t.test(`refused: ${args.slice(-2).join(' ')}`, async (t) => {
    t.throws(() => readOptions(args), { message });
  });
