import { parseCommandLine } from '@tristore/common/command-line.ts';
import { Name } from '@tristore/common/contracts/feature-view.ts';
import { StartupError } from '@tristore/common/errors.ts';
import { parserOf } from '@tristore/common/validate.ts';
import type { BackendName } from '@tristore/model/inference/backend.ts';
import { Type } from 'typebox';
import { DEFAULTS } from './train/parameters.ts';

const BACKENDS = ['auto', 'wasm', 'tensorflow', 'cpu'] as const satisfies ('auto' | BackendName)[];

export const USAGE = `Usage: npm run train -- --data FILE --target COLUMN --id COLUMN --name NAME [options]

Trains a model on a CSV file and publishes it as the next version.

  --data FILE       CSV with a header line, one row a case
  --target COLUMN   what to predict: 0 or 1
  --id COLUMN       the case's id: unique, not an input
  --name NAME       name of the model
  --view FILE       JSON: types, ranges, units, defaults, protected and derived columns, texts
  --out DIR         where versions are published (model-artifacts)
  --seed N          of everything random (1)
  --cv K            also: pooled figures over K stratified folds
  --cv-only         with --cv: nothing else, and publish nothing
  --epochs N        at most (${DEFAULTS.epochs}); training stops early
  --backend NAME    ${BACKENDS.join(', ')} (auto: tensorflow where it is installed, else wasm)
  --help            this text
`;

export interface Options {
  data: string;
  target: string;
  id: string;
  name: string;
  view: string | undefined;
  out: string;
  seed: number;
  folds: number | undefined;
  cvOnly: boolean;
  epochs: number;
  backend: (typeof BACKENDS)[number];
}

const parseName = parserOf(Type.Object({ name: Name }), '--name');

const text = { type: 'string' } as const;
const OPTIONS = {
  data: text,
  target: text,
  id: text,
  name: text,
  view: text,
  out: { ...text, default: 'model-artifacts' },
  seed: { ...text, default: '1' },
  cv: text,
  'cv-only': { type: 'boolean', default: false },
  epochs: { ...text, default: String(DEFAULTS.epochs) },
  backend: { ...text, default: 'auto' },
  help: { type: 'boolean', default: false },
} as const;

const parse = (args: string[]) => parseCommandLine({ args, options: OPTIONS }).values;

function integer(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new StartupError(`--${name}: must be an integer from ${min} to ${max}, is "${value}"`);
  return number;
}

/** Reads the command line; undefined where help is asked for. @throws StartupError */
export function readOptions(args: string[]): Options | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const { data, target, id, name } = values;
  if (!data || !target || !id || !name) {
    const missing = (['data', 'target', 'id', 'name'] as const).filter((option) => !values[option]);
    throw new StartupError(
      `${missing.map((option) => `--${option}`).join(', ')} missing (--help lists the options)`,
    );
  }
  parseName({ name });
  if (target === id) throw new StartupError(`--target and --id are both ${id}`);
  const backend = BACKENDS.find((known) => known === values.backend);
  if (!backend) throw new StartupError(`--backend: must be one of ${BACKENDS.join(', ')}`);
  if (values['cv-only'] && values.cv === undefined) throw new StartupError('--cv-only needs --cv');
  return {
    data,
    target,
    id,
    name,
    view: values.view,
    out: values.out,
    seed: integer('seed', values.seed, 0, 2 ** 31 - 1),
    folds: values.cv === undefined ? undefined : integer('cv', values.cv, 2, 100),
    cvOnly: values['cv-only'],
    epochs: integer('epochs', values.epochs, 1, 10_000),
    backend,
  };
}
