import { parseCommandLine, UsageError } from '@tristore/common/command-line.ts';

const COMMANDS = ['ls', 'verify', 'drain'] as const;

export const USAGE = `Usage: npm run spool -- ls     [--dir DIR | --from s3://BUCKET/PREFIX] [--json]
       npm run spool -- verify [--dir DIR | --from s3://BUCKET/PREFIX] [--json]
       npm run spool -- drain  [--dir DIR | --from s3://BUCKET/PREFIX] [--poison] [--patience SECONDS]

Looks after records that Firehose has not taken yet.

  ls                  lists them: folders, whether a living process holds them, streams, segments, records, age
  verify              reads every record and checks its CRC
  drain               delivers what no living process holds, and removes what is delivered

  --dir DIR           the root of the spools (SPOOL_DIR, else ./spool)
  --from URL          what was rescued to S3 (SPOOL_RESCUE)
  --json              JSON on stdout instead of a table
  --poison            also tries the records that were set aside
  --patience SECONDS  ends when so long nothing was taken (30)
  --help              this text

Region, credentials and endpoints are those of the AWS SDK: AWS_REGION, AWS_ENDPOINT_URL_FIREHOSE …

Exit code: 0 when all is well, 1 for damage or what could not be delivered, 2 when the command line is not sound.
`;

export interface Options {
  command: (typeof COMMANDS)[number];
  dir: string | undefined;
  from: string | undefined;
  json: boolean;
  poison: boolean;
  patienceMs: number;
}

const OPTIONS = {
  dir: { type: 'string' },
  from: { type: 'string' },
  json: { type: 'boolean', default: false },
  poison: { type: 'boolean', default: false },
  patience: { type: 'string', default: '30' },
  help: { type: 'boolean', default: false },
} as const;

const parse = (args: string[]) => parseCommandLine({ args, options: OPTIONS, allowPositionals: true });

/** Reads the command line; undefined where help is asked for. @throws UsageError */
export function readOptions(args: string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [given, ...more] = positionals;
  const command = COMMANDS.find((known) => known === given);
  if (!command)
    throw new UsageError(
      `${given ? `there is no command "${given}"` : 'a command is missing'}: ${COMMANDS.join(', ')} (--help says more)`,
    );
  if (more.length) throw new UsageError(`${command} takes no argument ${more.join(' ')}`);
  const { dir, from, json, poison } = values;
  if (dir !== undefined && from !== undefined) throw new UsageError('--dir and --from: one of the two');
  if (json && command === 'drain') throw new UsageError('--json goes with ls and verify');
  if (poison && command !== 'drain') throw new UsageError('--poison goes with drain');
  const patience = Number(values.patience);
  if (!(patience > 0)) throw new UsageError('--patience: must be a number of seconds above 0');
  return { command, dir, from, json, poison, patienceMs: patience * 1000 };
}
