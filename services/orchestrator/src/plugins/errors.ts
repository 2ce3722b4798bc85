import type { ErrorDetail } from '@tristore/common/contracts/error.ts';
import { ERRORS, type ErrorCode, TristoreError } from '@tristore/common/errors.ts';
import { SECURITY_HEADERS } from '@tristore/common/security-headers-plugin.ts';
import { detailsOf } from '@tristore/common/validate.ts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

function domainErrorOf(error: FastifyError): TristoreError {
  if (error instanceof TristoreError) return error;
  if (error.validation) {
    const context = error.validationContext ?? 'body';
    const details = detailsOf(error.validation as Parameters<typeof detailsOf>[0]).map(
      ({ field, problem }) => ({
        field: field === 'body' ? context : context === 'body' ? field : `${context}.${field}`,
        problem,
      }),
    );
    const message = details.map(({ field, problem }) => `${field} ${problem}`).join('; ');
    return new TristoreError('invalid_request', message, { details, cause: error });
  }
  const code = FASTIFY_CODES[error.code];
  if (code) return new TristoreError(code, error.message, { cause: error });
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500)
    return new TristoreError('invalid_request', error.message, { cause: error });
  return new TristoreError('internal_error', ERRORS.internal_error.meaning, { cause: error });
}

interface ErrorBody {
  error: { code: string; message: string; request_id: string; details?: ErrorDetail[] };
}

function answer(error: TristoreError, request: FastifyRequest, reply: FastifyReply): ErrorBody {
  const { status } = ERRORS[error.code];
  // refused because there is too much: metrics count them, and a line each would be one load more
  if (error.code === 'overloaded') request.log.debug({ reason: error.message }, 'request refused');
  else if (status >= 500) request.log.error({ err: error }, 'request failed');
  else request.log.info({ code: error.code, reason: error.message }, 'request refused');
  reply.status(status).type('application/json');
  if (error.retryAfter !== undefined) reply.header('retry-after', Math.ceil(error.retryAfter));
  const { code, message, details } = error;
  return { error: { code, message, request_id: request.id, ...(details && { details }) } };
}

/** Answers what no route and no hook sees: a path that is no URL. */
export function refuseUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
  reply.send(answer(domainErrorOf(error), request, reply));
}

/** Errors as the API says them. */
export const errorsPlugin = fp(
  async (app) => {
    app.setErrorHandler<FastifyError>((error, request, reply) => {
      reply.send(answer(domainErrorOf(error), request, reply));
    });
    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?')[0];
      const error = new TristoreError(
        'route_not_found',
        `there is no route ${request.method} ${path}; see /docs`,
      );
      reply.send(answer(error, request, reply));
    });
  },
  { name: 'errors' },
);
