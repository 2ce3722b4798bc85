import { ERRORS, TristoreError } from '@tristore/common/errors.ts';
import { SECURITY_HEADERS } from '@tristore/common/security-headers-plugin.ts';
import { detailsOf } from '@tristore/common/validate.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

interface Refusal {
  status: number;
  message: string;
  retryAfter?: number | undefined;
}

/** What the caller may know of an error; undefined for a fault of ours. */
function refusalOf(error: FastifyError | TristoreError): Refusal | undefined {
  if (error instanceof TristoreError)
    return { status: ERRORS[error.code].status, message: error.message, retryAfter: error.retryAfter };
  if (error.validation) {
    const details = detailsOf(error.validation as Parameters<typeof detailsOf>[0]);
    return { status: 400, message: details.map(({ field, problem }) => `${field} ${problem}`).join('; ') };
  }
  const status = error.statusCode ?? 500;
  return status < 500 ? { status, message: error.message } : undefined;
}

/** Answers what no route and no hook sees: a path that is no URL. */
export function refuseUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id, 'content-type': 'application/json' });
  reply.code(400).send(Buffer.from(JSON.stringify({ error: error.message })));
}

/**
 * Errors as both protocols say: `{"error": text}` under exactly `application/json`, since KServe's client reads no
 * other. What went wrong on our side is logged under the request's id and not told.
 */
export const protocolErrors = fp(
  async (app: FastifyInstance) => {
    app.addHook('onSend', (_request, reply, payload, done) => {
      const type = reply.getHeader('content-type');
      if (typeof type === 'string' && type.startsWith('application/json'))
        reply.header('content-type', 'application/json');
      done(null, payload);
    });
    app.setErrorHandler((error: FastifyError | TristoreError, request, reply) => {
      const refusal = refusalOf(error);
      if (!refusal) {
        request.log.error({ err: error }, 'a request failed');
        return reply.code(500).send({ error: `internal error; the log has it under ${request.id}` });
      }
      if (refusal.retryAfter) reply.header('retry-after', refusal.retryAfter);
      return reply.code(refusal.status).send({ error: refusal.message });
    });
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send({ error: `there is no route ${request.method} ${request.url.split('?', 1)[0]}` }),
    );
  },
  { name: 'protocol-errors' },
);
