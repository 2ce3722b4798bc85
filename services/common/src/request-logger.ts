import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { traceIdOf, traceparentOf } from './trace-context.ts';

const METHODS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent', 'child'] as const;

/** Makes itself pino's child when it is first asked to write: most requests write nothing, and a child costs more. */
class RequestLogger {
  readonly #parent: FastifyBaseLogger;
  readonly #bindings: Record<string, unknown>;
  readonly #options: object;
  #child: FastifyBaseLogger | undefined;

  constructor(parent: FastifyBaseLogger, bindings: Record<string, unknown>, options: object) {
    this.#parent = parent;
    this.#bindings = bindings;
    this.#options = options;
  }

  /** Whether nothing of this level is written, as far as the parent tells: then no child is made for it. */
  isDeaf(method: string): boolean {
    const parent = this.#parent as FastifyBaseLogger & { isLevelEnabled?(level: string): boolean };
    if (this.#child || 'level' in this.#options || method === 'child' || method === 'silent') return false;
    return parent.isLevelEnabled?.(method) === false;
  }

  get logger(): FastifyBaseLogger {
    this.#child ??= this.#parent.child(this.#bindings, this.#options);
    return this.#child;
  }

  get level(): string {
    return this.logger.level;
  }
  set level(level: string) {
    this.logger.level = level;
  }
}

for (const method of METHODS)
  Object.defineProperty(RequestLogger.prototype, method, {
    value(this: RequestLogger, ...args: unknown[]) {
      if (this.isDeaf(method)) return undefined;
      const { logger } = this;
      return (logger[method] as (...args: unknown[]) => unknown).apply(logger, args);
    },
  });

/** Fastify's `childLoggerFactory`: a request's own logger, with its bindings and its trace on every line. */
export function requestLogger(
  parent: FastifyBaseLogger,
  bindings: Record<string, unknown>,
  options: object,
  request?: IncomingMessage,
): FastifyBaseLogger {
  const traceparent = request && traceparentOf(request.headers);
  const all = traceparent ? { ...bindings, trace_id: traceIdOf(traceparent) } : bindings;
  return new RequestLogger(parent, all, options) as unknown as FastifyBaseLogger;
}
