import { parseCommandLine, UsageError } from '@tristore/common/command-line.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { DEFAULT_DATA_FOLDER } from '../data-folder.ts';
import { EMULATOR } from '../local-aws.ts';
import type { ColumnNames } from './import/row-reader.ts';
import type { PlaceChoice } from './place.ts';

/** Calls in flight: one row each, or 25 with --replace. */
const AT_ONCE = { keep: 32, replace: 8 };

export const USAGE = `Usage: npm run features -- import FILE --view VIEW [options]
       npm run features -- export FILE --view VIEW [--overwrite]
       npm run features -- get ID --view VIEW
       npm run features -- delete ID --view VIEW

Loads, saves, shows and deletes the rows of a feature view; FILE ends with .csv or .parquet.

  import               checks the whole file against the view, then writes it; run it again after a kill, and it goes on
    --ignore COLUMN    leaves a column of the file out; may be given more than once
    --replace          replaces whatever the store holds, faster: for a view that nobody writes to meanwhile
    --at-once N        calls in flight (${AT_ONCE.keep}, with --replace ${AT_ONCE.replace})
    --progress FILE    where it notes how far it came (FILE.VIEW.progress)
  export               writes all rows, ids in order; import reads them again
    --overwrite        also where FILE is there already
  both of them
    --id COLUMN        holds the ids (id)
    --event-time COLUMN  holds when the values were true, ISO 8601 (event_time; a file without it is of now)

Where the rows are:

  --data DIR           the system that npm start runs on DIR (${DEFAULT_DATA_FOLDER}); the default
  --compose            the emulator of docker compose up
  --endpoint URL       with --compose: where the emulator is (${EMULATOR})
  --aws                AWS, by the SDK's usual settings: AWS_REGION, credentials
  --features-table, --state-table   with --aws: names of the tables (${TABLES.features.name}, ${TABLES.state.name})

Exit code: 0 when all is well, 1 when it is not, 2 when the command line cannot be followed.
`;

const COMMANDS = ['import', 'export', 'get', 'delete'] as const;

export interface Options {
  command: (typeof COMMANDS)[number];
  /** FILE or ID. */
  subject: string;
  view: string;
  place: PlaceChoice;
  names: ColumnNames;
  replace: boolean;
  atOnce: number;
  progress: string | undefined;
  overwrite: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const OPTIONS = {
  view: text,
  id: { ...text, default: 'id' },
  'event-time': text,
  ignore: { ...text, multiple: true, default: [] as string[] },
  replace: flag,
  'at-once': text,
  progress: text,
  overwrite: flag,
  data: text,
  compose: flag,
  endpoint: text,
  aws: flag,
  'features-table': text,
  'state-table': text,
  help: flag,
} as const;

const parse = (args: string[]) => parseCommandLine({ args, options: OPTIONS, allowPositionals: true });

function placeOf(values: ReturnType<typeof parse>['values']): PlaceChoice {
  const { data, compose, endpoint = EMULATOR, aws } = values;
  if ([data !== undefined, compose, aws].filter(Boolean).length > 1)
    throw new UsageError('--data, --compose and --aws: one of them');
  if (values.endpoint && !compose) throw new UsageError('--endpoint goes with --compose');
  if (!URL.canParse(endpoint)) throw new UsageError(`--endpoint: ${JSON.stringify(endpoint)} is no URL`);
  const { 'features-table': featuresTable, 'state-table': stateTable } = values;
  if ((featuresTable || stateTable) && !aws)
    throw new UsageError('--features-table and --state-table go with --aws');
  if (compose) return { kind: 'emulator', endpoint };
  if (!aws) return { kind: 'local', dataDir: data ?? DEFAULT_DATA_FOLDER };
  return {
    kind: 'aws',
    featuresTable: featuresTable ?? TABLES.features.name,
    stateTable: stateTable ?? TABLES.state.name,
  };
}

/** Reads the command line; undefined where help is asked for. @throws UsageError */
export function readOptions(args: string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [given, subject, ...more] = positionals;
  const command = COMMANDS.find((known) => known === given);
  if (!command)
    throw new UsageError(
      `${given ? `there is no command "${given}"` : 'a command is missing'}: ${COMMANDS.join(', ')} (--help says more)`,
    );
  const what = command === 'import' || command === 'export' ? 'FILE' : 'ID';
  if (!subject) throw new UsageError(`${command}: ${what} is missing (--help says more)`);
  if (more.length) throw new UsageError(`${command}: one ${what} at a time, not also ${more.join(' ')}`);
  if (!values.view) throw new UsageError('--view is missing (--help says more)');
  const atOnce = Number(values['at-once'] ?? (values.replace ? AT_ONCE.replace : AT_ONCE.keep));
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > 1_000)
    throw new UsageError(`--at-once: must be an integer from 1 to 1000, is "${values['at-once']}"`);
  return {
    command,
    subject,
    view: values.view,
    place: placeOf(values),
    names: { id: values.id, eventTime: values['event-time'], ignore: values.ignore },
    replace: values.replace,
    atOnce,
    progress: values.progress,
    overwrite: values.overwrite,
  };
}
