import type { ErrorDetail } from './contracts/error.ts';

/** The catalogue: stable code to HTTP status and what it means. Messages of single errors say more. */
export const ERRORS = {
  invalid_request: { status: 400, meaning: 'the request breaks its schema; details name the fields' },
  invalid_features: { status: 400, meaning: 'feature values break their view; details name the columns' },
  invalid_view: { status: 400, meaning: 'a feature view is inconsistent or an incompatible change' },
  unauthenticated: { status: 401, meaning: 'no key, or one that is not known' },
  forbidden: { status: 403, meaning: "the key lacks the route's scope" },
  client_not_found: {
    status: 404,
    meaning: 'the store does not know the client, and the request lacks required features',
  },
  features_not_found: { status: 404, meaning: 'the store holds no row under this id' },
  view_not_found: { status: 404, meaning: 'there is no such feature view' },
  model_not_found: { status: 404, meaning: 'there is no such model, or it has no champion' },
  version_not_found: { status: 404, meaning: 'the model has no such version' },
  prediction_not_yet_kept: {
    status: 404,
    meaning:
      'the record is still on its way to the evaluation store, if there is one; retry-after says when to ask again',
  },
  prediction_not_found: { status: 404, meaning: 'the evaluation store holds no record under this event_id' },
  route_not_found: { status: 404, meaning: 'there is no such route' },
  method_not_allowed: { status: 405, meaning: 'the route does not know this method' },
  conflict: {
    status: 409,
    meaning: 'it was changed by somebody else meanwhile; details tell what it is now',
  },
  idempotency_key_in_use: {
    status: 409,
    meaning: 'a request with this Idempotency-Key is still under way; its answer comes under the same key',
  },
  payload_too_large: { status: 413, meaning: 'the body is larger than the limit' },
  unsupported_media_type: { status: 415, meaning: 'the body is not JSON' },
  features_missing: {
    status: 422,
    meaning: 'required features are missing or stale, and the request does not bring them',
  },
  idempotency_key_reused: { status: 422, meaning: 'the Idempotency-Key came with another request before' },
  version_broken: {
    status: 422,
    meaning: 'the version fails its contract, so that it must not take traffic',
  },
  rate_limited: {
    status: 429,
    meaning: 'the key made as many requests as it may; Retry-After says when again',
  },
  model_unavailable: { status: 503, meaning: 'the model server does not answer; nothing was recorded' },
  version_unavailable: {
    status: 503,
    meaning: 'the model server cannot answer with this version; nothing was recorded',
  },
  feature_store_unavailable: {
    status: 503,
    meaning: 'the feature store does not answer; nothing was recorded',
  },
  registry_unavailable: {
    status: 503,
    meaning: 'the registry does not answer, and what is asked for was not read before',
  },
  idempotency_unavailable: {
    status: 503,
    meaning: 'idempotency keys cannot be checked at the moment; nothing was begun',
  },
  registry_broken: { status: 500, meaning: 'what the registry holds breaks its contract' },
  evaluation_log_full: { status: 503, meaning: 'the evaluation log is full; nothing was predicted' },
  evaluation_log_unavailable: {
    status: 503,
    meaning: 'the record could not be kept in time; the message says whether it may be kept all the same',
  },
  evaluation_store_not_configured: {
    status: 503,
    meaning: 'this service was not told where the evaluation store is (EVALUATION_STORE)',
  },
  evaluation_store_unavailable: { status: 503, meaning: 'the evaluation store does not answer' },
  overloaded: { status: 503, meaning: 'too much work waits already; nothing was begun' },
  deadline_exceeded: { status: 504, meaning: 'the time for an answer was over' },
  not_ready: { status: 503, meaning: 'the process is starting or draining' },
  internal_error: { status: 500, meaning: 'a fault of ours; the log has it under the request_id' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error of the domain: a stable code, a message for the caller, and the fields it is about. */
export class TristoreError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetail[] | undefined;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: ErrorDetail[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'TristoreError';
    this.code = code;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }
}

/** A fault at start-up that the operator can mend: printed as one line, exit code 1. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
