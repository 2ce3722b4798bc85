import { TIMEOUT_HEADER } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Triton's parameter of a request, in microseconds: tritonclient sends it where the caller sets a timeout. */
const TIMEOUT_PARAMETER = 'timeout';

function positive(value: unknown, name: string): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0))
    throw new TristoreError('invalid_request', `${name} is ${value}, not a positive number`);
  return number;
}

/**
 * Until when the caller waits, counted from when the request came: by the header in milliseconds, by Triton's
 * parameter in microseconds, or by whichever is sooner.
 * @returns on the clock of `performance.now()`; undefined where the caller waits as long as it takes
 * @throws TristoreError naming the header or parameter that is no positive number
 */
export function deadlineOf(
  request: FastifyRequest,
  reply: FastifyReply,
  parameters?: Readonly<Record<string, unknown>>,
): number | undefined {
  const header = request.headers[TIMEOUT_HEADER];
  const parameter = parameters?.[TIMEOUT_PARAMETER];
  if (header === undefined && parameter === undefined) return undefined;
  const milliseconds = Math.min(
    header === undefined ? Number.POSITIVE_INFINITY : positive(header, TIMEOUT_HEADER),
    parameter === undefined
      ? Number.POSITIVE_INFINITY
      : positive(parameter, `parameters.${TIMEOUT_PARAMETER}`) / 1000,
  );
  return performance.now() - reply.elapsedTime + milliseconds;
}
