import { TristoreError } from '@tristore/common/errors.ts';

/** A fault of one tensor of a request; the message begins with its name. */
export function tensorFault(name: string, problem: string): TristoreError {
  return new TristoreError('invalid_request', `${name}: ${problem}`, { details: [{ field: name, problem }] });
}

/** A JSON value for a message, short; what is inside of a list or object is not shown, however deep it is. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
