import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import closeWithGrace from 'close-with-grace';
import { type FastifyHttpOptions, type FastifyInstance, LogController } from 'fastify';
import { StartupError } from './errors.ts';
import type { HttpRules } from './http-settings.ts';
import { requestLogger } from './request-logger.ts';
import { schemaCompilers } from './schema-compilers.ts';

/** Inside ECS's default stop timeout of 30 s. */
const GRACE_MS = 25_000;

/** A request id that a caller may choose: short and printable, so that it is safe in logs and headers. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** pino's options: the service's name on every line, no keys. */
export const loggerOptions = (options: { name: string; logLevel: string }) => ({
  name: options.name,
  level: options.logLevel,
  redact: ['req.headers.authorization', 'req.headers["x-api-key"]'],
});

/** What both services set on Fastify: ids, logs, limits, time-outs that fit behind an ALB (idle time-out 60 s). */
export function serverOptions(options: { name: string; logLevel: string; http?: Partial<HttpRules> }) {
  const { maxBodyBytes = 1_048_576, maxHeaderBytes = 16_384, trustedProxies = [] } = options.http ?? {};
  return {
    logger: loggerOptions(options),
    logController: new LogController({ requestIdLogLabel: 'request_id' }),
    childLoggerFactory: requestLogger,
    schemaController: schemaCompilers,
    genReqId: (request: IncomingMessage): string => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    keepAliveTimeout: 72_000,
    requestTimeout: 30_000,
    bodyLimit: maxBodyBytes,
    http: { maxHeaderSize: maxHeaderBytes },
    // an entity's id may have 256 characters, which the schema checks; percent-encoded they are more
    routerOptions: { maxParamLength: 2_048 },
    trustProxy: trustedProxies.length ? [...trustedProxies] : false,
    // after close() has begun, requests that still come in on kept connections are answered, not refused
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  } satisfies FastifyHttpOptions<Server>;
}

/**
 * Listens, and closes on SIGTERM and SIGINT within 25 s: the app's own `preClose` and `onClose` hooks do the work.
 * @throws StartupError where the port is taken
 */
export async function serve(app: FastifyInstance, at: { host: string; port: number }): Promise<void> {
  closeWithGrace({ delay: GRACE_MS, logger: app.log }, async ({ err }) => {
    if (err) app.log.fatal({ err }, 'closing after an unexpected error');
    await app.close();
  });
  try {
    await app.listen(at);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new StartupError(`port ${at.port} on ${at.host} is in use`);
    if (code === 'EACCES') throw new StartupError(`port ${at.port} on ${at.host} may not be opened`);
    throw new StartupError(`cannot listen on ${at.host}:${at.port}: ${message}`);
  }
}
