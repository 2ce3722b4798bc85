import { TIMEOUT_HEADER } from '@tristore/common/contracts/open-inference.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { traceparentOf } from '@tristore/common/trace-context.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallFacts } from '../prediction/prediction-case.ts';

/**
 * What a request says of its way: who it is, which trace it belongs to, and until when its caller waits, at most the
 * service's own deadline.
 * @throws TristoreError invalid_request
 */
export function callFactsOf(request: FastifyRequest, reply: FastifyReply, deadlineMs: number): CallFacts {
  const startedAt = performance.now() - reply.elapsedTime;
  return {
    requestId: request.id,
    traceparent: traceparentOf(request.headers),
    startedAt,
    deadline: startedAt + Math.min(deadlineMs, patienceOf(request)),
  };
}

function patienceOf({ headers }: FastifyRequest): number {
  const given = headers[TIMEOUT_HEADER];
  if (given === undefined) return Number.POSITIVE_INFINITY;
  const patience = Number(given);
  if (patience > 0) return patience;
  throw new TristoreError('invalid_request', `${TIMEOUT_HEADER} is ${given}, not a positive number`, {
    details: [{ field: `headers.${TIMEOUT_HEADER}`, problem: 'is not a positive number' }],
  });
}

/**
 * The answer, if it comes before the deadline.
 * @throws TristoreError deadline_exceeded
 */
export function inTime<T>(answer: Promise<T>, { deadline }: CallFacts): Promise<T> {
  return new Promise((resolve, reject) => {
    // the steps keep the deadline themselves and say more; this is for one that hangs
    const timer = setTimeout(
      () => reject(new TristoreError('deadline_exceeded', 'there was no answer in time')),
      deadline - performance.now() + SLACK_MS,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const SLACK_MS = 50;
