import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import t from 'tap';
import { containerOf, type Properties, stacksOf } from './stacks.ts';

const services = stacksOf().services();

t.test('a container asks itself whether it is ready, under ECS as under Docker', async (t) => {
  for (const [name, port, path] of [
    ['orchestrator', '8000', '/health/ready'],
    ['model', '8080', '/v2/health/ready'],
  ] as const) {
    const { HealthCheck, Environment } = containerOf(services, name);
    const dockerfile = readFileSync(new URL(`../../Dockerfile.${name}`, import.meta.url), 'utf8');
    const [, command = ''] = /^HEALTHCHECK [^\n]*\\\n +CMD (.+)$/m.exec(dockerfile) ?? [];
    t.strictSame(HealthCheck.Command, ['CMD', ...JSON.parse(command)], name);
    t.match(HealthCheck.Command.at(-1), `GET ${path} HTTP`);
    const { Value } = Environment.find(({ Name }: Properties) => Name === 'PORT');
    t.equal(Value, port, 'the port that it asks');
  }
});

t.test('the question tells whoever is ready from whoever is not, and from nobody', async (t) => {
  const [, ...command] = containerOf(services, 'orchestrator').HealthCheck.Command as string[];
  let status = 200;
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/health/ready' ? status : 404).end('{"status": 200 }');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const [bash = '', ...args] = command;
  const exitCode = () =>
    promisify(execFile)(bash, args, { env: { PATH: process.env['PATH'], PORT: String(port) } }).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  t.equal(await exitCode(), 0, 'ready');
  status = 503;
  t.equal(await exitCode(), 1, 'starting or draining');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  t.equal(await exitCode(), 1, 'nobody listens');
});
