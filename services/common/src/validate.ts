import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Static, TSchema } from 'typebox';
import type { ErrorDetail } from './contracts/error.ts';

/**
 * Ajv's options for our own schemas: each is right by a test and not looked at again, and what it is compiled to is left to
 * V8 to optimise. Both would cost at every start.
 */
export const OWN_SCHEMAS = { validateSchema: false, meta: false, code: { optimize: false } };

const ajv = new Ajv({
  ...OWN_SCHEMAS,
  allErrors: true,
  strict: false,
  useDefaults: true,
  coerceTypes: false,
});
addFormats.default(ajv);
const hasty = new Ajv({ ...OWN_SCHEMAS, strict: false, coerceTypes: false });
addFormats.default(hasty);
// for the environment: text becomes numbers, and what is not asked for is left out
const coercing = new Ajv({
  ...OWN_SCHEMAS,
  allErrors: true,
  strict: false,
  useDefaults: true,
  coerceTypes: true,
  removeAdditional: 'all',
});
addFormats.default(coercing);

/** Data that breaks its schema; `details` name the fields. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly details: ErrorDetail[];

  constructor(subject: string, details: ErrorDetail[]) {
    super(`${subject}: ${details.map(({ field, problem }) => `${field} ${problem}`).join('; ')}`);
    this.details = details;
  }
}

/** Ajv's errors as field and problem; the field is a path with dots, as in JavaScript. */
export function detailsOf(errors: readonly ErrorObject[]): ErrorDetail[] {
  return errors.map(({ instancePath, keyword, params, message }) => {
    const path = instancePath.slice(1).replaceAll('/', '.');
    const named = (key: unknown) => [path, String(key)].filter(Boolean).join('.');
    if (keyword === 'required') return { field: named(params['missingProperty']), problem: 'is missing' };
    if (keyword === 'additionalProperties')
      return { field: named(params['additionalProperty']), problem: 'is not known' };
    return { field: path || 'body', problem: message ?? keyword };
  });
}

/**
 * Makes a parser of unknown data: returns the data, typed, with defaults filled in.
 * @param subject what the data is, for the message
 * @throws SchemaError
 */
export function parserOf<S extends TSchema>(
  schema: S,
  subject: string,
  options: { coerce?: boolean } = {},
): (data: unknown) => Static<S> {
  let check: ValidateFunction | undefined;
  return (data) => {
    // at the first use: most programs import more parsers than they use
    check ??= (options.coerce ? coercing : ajv).compile(schema);
    if (!check(data)) throw new SchemaError(subject, detailsOf(check.errors ?? []));
    return data as Static<S>;
  };
}

/**
 * Ajv's own verdict on data, in the form that Fastify's `validatorCompiler` returns.
 * @param options `firstOnly`: stop at the first fault, where a large body could have very many
 */
export function checkerOf(
  schema: TSchema,
  { firstOnly = false }: { firstOnly?: boolean } = {},
): (data: unknown) => { value: unknown } | { error: Error } {
  const check = (firstOnly ? hasty : ajv).compile(schema);
  return (data) => {
    if (check(data)) return { value: data };
    return { error: Object.assign(new Error('invalid'), { validation: check.errors ?? [] }) };
  };
}
