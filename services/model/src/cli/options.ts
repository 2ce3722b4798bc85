import { parseCommandLine, UsageError } from '@tristore/common/command-line.ts';
import type { BackendName } from '../inference/backend.ts';

const BACKENDS = ['auto', 'wasm', 'tensorflow', 'cpu'] as const satisfies ('auto' | BackendName)[];
const COMMANDS = ['inspect', 'validate'] as const;

export const USAGE = `Usage: npm run model -- inspect DIR [--json]
       npm run model -- validate DIR [--json] [--backend NAME]

Looks at one version of a model: a folder with model.json and its weights, and manifest.json where there is one.

  inspect           prints what it takes and gives
  validate          loads it as the server does (checksums, contract, warm-up) and times it for 1, 32 and 1,000 rows

  --json            JSON on stdout instead of tables
  --backend NAME    ${BACKENDS.join(', ')} (auto: what the server would take)
  --help            this text

Exit code: 0 when all is well, 1 when the model is not sound, 2 when the command line is not.
`;

export interface Options {
  command: (typeof COMMANDS)[number];
  folder: string;
  json: boolean;
  backend: (typeof BACKENDS)[number];
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  backend: { type: 'string', default: 'auto' },
  help: { type: 'boolean', default: false },
} as const;

const parse = (args: string[]) => parseCommandLine({ args, options: OPTIONS, allowPositionals: true });

/** Reads the command line; undefined where help is asked for. @throws UsageError */
export function readOptions(args: string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [given, folder, ...more] = positionals;
  const command = COMMANDS.find((known) => known === given);
  if (!command)
    throw new UsageError(
      `${given ? `there is no command "${given}"` : 'a command is missing'}: ${COMMANDS.join(' or ')} (--help says more)`,
    );
  if (!folder) throw new UsageError(`${command}: DIR is missing (--help says more)`);
  if (more.length) throw new UsageError(`${command}: one DIR at a time, not also ${more.join(' ')}`);
  const backend = BACKENDS.find((known) => known === values.backend);
  if (!backend) throw new UsageError(`--backend: must be one of ${BACKENDS.join(', ')}`);
  return { command, folder, json: values.json, backend };
}
