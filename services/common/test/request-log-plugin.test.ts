import { Writable } from 'node:stream';
import Fastify, { LogController } from 'fastify';
import t, { type Test } from 'tap';
import { ERRORS, type ErrorCode, TristoreError } from '../src/errors.ts';
import { requestLogPlugin } from '../src/request-log-plugin.ts';

/** A service that refuses with the code in the path, and says when to come again; and what it logged. */
async function refusing(t: Test, level: string) {
  const lines: { level: number; status: number }[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const app = Fastify({
    logger: { level, stream },
    logController: new LogController({ disableRequestLogging: true }),
  });
  t.teardown(() => app.close());
  await app.register(requestLogPlugin);
  app.setErrorHandler((error: TristoreError, _request, reply) =>
    reply.code(ERRORS[error.code].status).header('retry-after', error.retryAfter).send({}),
  );
  app.get<{ Params: { code: ErrorCode } }>('/:code', async ({ params: { code } }) => {
    throw new TristoreError(code, 'a test', { retryAfter: 1 });
  });
  const ask = async (code: ErrorCode) => {
    lines.length = 0;
    await app.inject(`/${code}`);
    return [...lines];
  };
  return ask;
}

t.test('what is refused because there is too much leaves no line, and each fault does', async (t) => {
  const ask = await refusing(t, 'info');
  for (const code of ['overloaded', 'rate_limited'] as const) t.same(await ask(code), [], code);
  const faults = [
    'model_unavailable',
    'version_unavailable',
    'feature_store_unavailable',
    'not_ready',
  ] as const;
  for (const code of faults) t.match(await ask(code), [{ level: 30, status: 503 }], code);
});

t.test('at debug they are told too', async (t) => {
  const ask = await refusing(t, 'debug');
  t.match(await ask('overloaded'), [{ level: 20, status: 503 }]);
  t.match(await ask('rate_limited'), [{ level: 20, status: 429 }]);
});
