import { Writable } from 'node:stream';
import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { auditPlugin } from '../../src/auth/audit-plugin.ts';
import { authPlugin } from '../../src/auth/auth-plugin.ts';
import { loggerOptions, serverOptions } from '../../src/serve.ts';

async function build(t: Test, logLevel: string) {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const app = Fastify({
    ...serverOptions({ name: 'test', logLevel }),
    logger: { ...loggerOptions({ name: 'test', logLevel }), stream },
  });
  const admin = { id: '0123456789ab', name: 'ops', scopes: ['admin'] as const };
  await app.register(authPlugin, { authenticators: [{ authenticate: () => admin }] });
  await app.register(auditPlugin);
  app.put('/views/:name', { config: { scope: 'admin' }, logLevel: 'fatal' }, async (request) => {
    request.audit({
      action: 'view.change',
      target: 'merchants',
      before: 3,
      after: 4,
      reason: 'a new column',
    });
    return 'changed';
  });
  t.teardown(() => app.close());
  const headers = { 'x-api-key': 'secret-key', 'x-request-id': 'r-1' };
  await app.inject({ method: 'PUT', url: '/views/x', headers });
  return lines;
}

t.test('who, what, what it was and is, and the request id, in one line at info', async (t) => {
  const lines = (await build(t, 'info')).filter((line) => 'audit' in line);
  t.equal(lines.length, 1);
  t.match(lines[0], { level: 30, request_id: 'r-1', name: 'test', msg: 'audit' });
  t.strictSame(lines[0]?.['audit'], {
    who: { id: '0123456789ab', name: 'ops', address: '127.0.0.1' },
    action: 'view.change',
    target: 'merchants',
    before: 3,
    after: 4,
    reason: 'a new column',
  });
  t.notMatch(JSON.stringify(lines), 'secret-key');
});

t.test('the line is written whatever LOG_LEVEL says, but for silent', async (t) => {
  const audited = (lines: Record<string, unknown>[]) => lines.filter((line) => 'audit' in line).length;
  t.equal(audited(await build(t, 'error')), 1);
  t.equal(audited(await build(t, 'silent')), 0);
});
