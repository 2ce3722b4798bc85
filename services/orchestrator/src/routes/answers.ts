import { ErrorAnswer } from '@tristore/common/contracts/error.ts';
import { ERRORS, type ErrorCode } from '@tristore/common/errors.ts';
import { type TSchema, Type } from 'typebox';

const BEHIND_A_KEY: ErrorCode[] = ['unauthenticated', 'forbidden', 'rate_limited', 'internal_error'];

/** Response schemas of the errors that a route answers, by status, with their codes in the description. */
export const errorAnswers = (...codes: ErrorCode[]): Record<number, TSchema> =>
  openErrorAnswers(...codes, ...BEHIND_A_KEY);

/** The same for a route that needs no key. */
export function openErrorAnswers(...codes: ErrorCode[]): Record<number, TSchema> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      Type.Unsafe({
        ...ErrorAnswer,
        description: group.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`).join('; '),
      }),
    ]),
  );
}
