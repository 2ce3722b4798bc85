import { Writable } from 'node:stream';
import Fastify, { LogController } from 'fastify';
import t, { type Test } from 'tap';
import { requestLogger } from '../src/request-logger.ts';

function build(t: Test, level: string) {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const app = Fastify({
    logger: { level, stream, redact: ['secret'] },
    childLoggerFactory: requestLogger,
    genReqId: () => 'r-1',
    logController: new LogController({ disableRequestLogging: true }),
  });
  t.teardown(() => app.close());
  return { app, lines };
}

t.test('lines have what Fastify binds, levels hold, and redaction too', async (t) => {
  const { app, lines } = build(t, 'info');
  app.get('/', async ({ log }) => {
    log.debug('not shown');
    log.info({ fact: 1, secret: 'x' }, 'shown');
    log.error(new Error('told'));
    log.child({ more: 2 }).warn('of a child');
    return {};
  });
  await app.inject('/');
  t.match(lines, [
    { level: 30, reqId: 'r-1', fact: 1, secret: '[Redacted]', msg: 'shown' },
    { level: 50, reqId: 'r-1', err: { message: 'told' } },
    { level: 40, reqId: 'r-1', more: 2, msg: 'of a child' },
  ]);
  t.equal(lines.length, 3);
});

t.test("a request's level can be read and set, as pino's can", async (t) => {
  const { app, lines } = build(t, 'warn');
  app.get('/', { logLevel: 'info' }, async ({ log }) => {
    t.equal(log.level, 'info', "the route's own");
    log.info('shown');
    log.level = 'silent';
    log.error('not shown');
    return {};
  });
  await app.inject('/');
  t.strictSame(
    lines.map(({ msg }) => msg),
    ['shown'],
  );
});
