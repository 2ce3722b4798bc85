import { StageSettings } from '../stages/stage-settings.ts';

/** A JSON schema, as far as settings use it. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
}

export interface Setting {
  /** With dots between: `network.egress`. */
  path: string;
  schema: Schema;
}

/** Holds variables of a service, which the service itself checks: one setting here. */
const WHOLE = /(^|\.)environment$/;

function* leaves(schema: Schema, path: string): Generator<Setting> {
  const { properties } = schema;
  if (!properties || WHOLE.test(path)) return yield { path, schema };
  for (const [name, inner] of Object.entries(properties))
    yield* leaves(inner, path ? `${path}.${name}` : name);
}

/** Every setting of a stage, those that may be left out too. */
export const SETTINGS: readonly Setting[] = [...leaves(StageSettings as Schema, '')];

/** Another value that the schema takes in place of one, or undefined where the schema alone does not tell. */
export function otherValue({ schema }: Setting, value: unknown): unknown {
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = schema;
  const choices = schema.enum;
  if (choices) return choices.find((choice) => choice !== undefined && choice !== value);
  if (schema.type === 'boolean') return !value;
  if (schema.type !== 'integer' && schema.type !== 'number') return undefined;
  // not the least: what is left out may well be that
  if (typeof value !== 'number') return Math.min(minimum + 1, maximum);
  return value + 1 <= maximum ? value + 1 : value - 1;
}

type Tree = Record<string, unknown>;

export const valueAt = (settings: object, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Tree | undefined)?.[name], settings);

/** A copy with values put in at paths; what is put in as undefined is left out. */
export function withValues(settings: object, values: Record<string, unknown>): object {
  const copy = structuredClone(settings) as Tree;
  for (const [path, value] of Object.entries(values)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let inner = copy;
    for (const name of names) {
      inner[name] ??= {};
      inner = inner[name] as Tree;
    }
    if (value === undefined) delete inner[last];
    else inner[last] = value;
  }
  return copy;
}
