import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { answerOnce } from '../idempotency/answer-once.ts';
import type { IdempotencyStore } from '../idempotency/idempotency-store.ts';

/** What a route that honours the key takes in its headers. */
export const OnceHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: 'sent again within 24 hours, the same answer comes again and nothing is done twice',
    }),
  ),
});

/**
 * Does the work of a request, and where it names an `Idempotency-Key`, does it once for all replicas.
 * @param work is given the event id to make; undefined without a key
 * @throws TristoreError idempotency_key_reused, idempotency_key_in_use, idempotency_unavailable, and what `work` throws
 */
export async function once<Answer extends Record<string, unknown>>(
  { store, deadlineMs }: { store: IdempotencyStore; deadlineMs: number },
  request: Pick<FastifyRequest, 'headers' | 'routeOptions' | 'body' | 'principal' | 'log'>,
  reply: Pick<FastifyReply, 'header' | 'type' | 'serializeInput' | 'send'>,
  work: (eventId: string | undefined) => Promise<Answer>,
): Promise<Answer | FastifyReply> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return work(undefined);
  const { answer, replayed } = await answerOnce(
    {
      store,
      onUnkept: (err) => request.log.warn({ err }, 'an answer cannot be kept under its Idempotency-Key'),
    },
    {
      caller: request.principal?.id ?? request.principal?.name ?? '',
      key,
      content: `${request.routeOptions.url} ${JSON.stringify(request.body)}`,
      deadlineMs,
    },
    async (eventId) => String(reply.serializeInput(await work(eventId), '200')),
  );
  if (replayed) reply.header('idempotent-replayed', 'true');
  return reply.type('application/json; charset=utf-8').send(answer);
}
