import { userInfo } from 'node:os';
import { isScope, SCOPES, type Scope } from '@tristore/common/auth/principal.ts';
import { parseCommandLine, UsageError } from '@tristore/common/command-line.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { DEFAULT_DATA_FOLDER } from '../data-folder.ts';
import { EMULATOR } from '../local-aws.ts';
import type { TablePlace } from './open-table.ts';

export type Command =
  | { name: 'create'; keyName: string; scopes: Scope[]; lifetime?: number; requestsPerMinute?: number }
  | { name: 'list' }
  | { name: 'rotate'; id: string; overlap: number }
  | { name: 'revoke'; id: string };

export interface Options {
  command: Command;
  place: TablePlace;
  by: string;
  json: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const OPTIONS = {
  name: text,
  scopes: text,
  expires: text,
  'rate-limit': text,
  overlap: text,
  by: text,
  json: flag,
  data: text,
  compose: flag,
  endpoint: text,
  aws: flag,
  'state-table': text,
  help: flag,
} as const;
type Values = ReturnType<typeof parse>['values'];

/** Options that one command alone has. */
const OWNERS: Readonly<Record<string, Command['name']>> = {
  name: 'create',
  scopes: 'create',
  expires: 'create',
  'rate-limit': 'create',
  overlap: 'rotate',
};
const COMMANDS = ['create', 'list', 'rotate', 'revoke'] as const;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const TEN_YEARS = 3_650 * 86_400;

const parse = (args: string[]) => parseCommandLine({ args, options: OPTIONS, allowPositionals: true });

/** Seconds of "90d". */
function secondsOf(option: string, given: string, least: number): number {
  const [, number, unit = ''] = /^(\d{1,9})([smhd])$/.exec(given) ?? [];
  const seconds = Number(number) * (SECONDS[unit] ?? 0);
  if (number === undefined || seconds < least || seconds > TEN_YEARS)
    throw new UsageError(
      `--${option}: must be a time such as 90d, 12h, 30m or 45s, at least ${least}s and at most 3650d, is "${given}"`,
    );
  return seconds;
}

function scopesOf(given: string | undefined): Scope[] {
  const words = (given ?? '').split(',').filter(Boolean);
  const unknown = words.find((word) => !isScope(word));
  if (unknown !== undefined || !words.length)
    throw new UsageError(
      `--scopes: ${unknown === undefined ? 'is missing' : `there is no scope "${unknown}"`}: ${SCOPES.join(', ')}, with commas between`,
    );
  return [...new Set(words.filter(isScope))];
}

function limitOf(given: string): number {
  if (!/^\d{1,9}$/.test(given))
    throw new UsageError(`--rate-limit: must be a number of requests a minute, is "${given}"`);
  return Number(given);
}

/** Names are shown in logs and tables, so they are one short line. */
function nameOf(option: string, given: string | undefined): string {
  if (!given || !/^[\p{L}\p{N}][\p{L}\p{N} ._@:/+-]{0,99}$/u.test(given))
    throw new UsageError(
      `--${option}: ${given ? `"${given}" must be` : 'is missing:'} 1 to 100 letters, digits, spaces or ._@:/+-`,
    );
  return given;
}

/** A container may run as a user that has no name. */
function loginName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function commandOf(name: Command['name'], id: string | undefined, values: Values): Command {
  for (const [option, owner] of Object.entries(OWNERS))
    if (values[option as keyof Values] !== undefined && owner !== name)
      throw new UsageError(`--${option} goes with ${owner}`);
  if (name === 'list') return { name };
  if (name === 'create')
    return {
      name,
      keyName: nameOf('name', values.name),
      scopes: scopesOf(values.scopes),
      ...(values.expires !== undefined && { lifetime: secondsOf('expires', values.expires, 1) }),
      ...(values['rate-limit'] !== undefined && { requestsPerMinute: limitOf(values['rate-limit']) }),
    };
  if (!id) throw new UsageError(`${name}: the ID of a key is missing; list shows them`);
  if (name === 'revoke') return { name, id };
  return { name, id, overlap: secondsOf('overlap', values.overlap ?? '0s', 0) };
}

function placeOf(values: Values): TablePlace {
  const { data, compose, endpoint = EMULATOR, aws, 'state-table': table = TABLES.state.name } = values;
  if ([data !== undefined, compose, aws].filter(Boolean).length > 1)
    throw new UsageError('--data, --compose and --aws: one of them');
  if (values.endpoint !== undefined && !compose) throw new UsageError('--endpoint goes with --compose');
  if (values['state-table'] !== undefined && !aws) throw new UsageError('--state-table goes with --aws');
  if (!URL.canParse(endpoint)) throw new UsageError(`--endpoint: "${endpoint}" is no URL`);
  if (compose) return { kind: 'emulator', endpoint };
  return aws ? { kind: 'aws', table } : { kind: 'local', dataDir: data ?? DEFAULT_DATA_FOLDER };
}

/** Reads the command line; undefined where help is asked for. @throws UsageError */
export function readOptions(args: string[]): Options | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [given, id, ...more] = positionals;
  const name = COMMANDS.find((known) => known === given);
  if (!name)
    throw new UsageError(
      `${given ? `there is no command "${given}"` : 'a command is missing'}: ${COMMANDS.join(', ')} (--help says more)`,
    );
  const takesId = name === 'rotate' || name === 'revoke';
  const extra = takesId ? more : positionals.slice(1);
  if (extra.length) throw new UsageError(`${name}: what is ${extra.join(' ')}? (--help says more)`);
  return {
    command: commandOf(name, id, values),
    place: placeOf(values),
    by: nameOf('by', values.by ?? loginName()),
    json: values.json,
  };
}
