import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MODEL_PATHS } from '@tristore/common/resources.ts';
import type { Test } from 'tap';

const TO_MODEL = MODEL_PATHS.map((pattern) => pattern.replace('*', ''));

/** One door before both services, by the balancer's rules; below a stage's name, as the gateway has it. */
export async function openFrontDoor(t: Test, services: { orchestrator: string; model: string }, prefix = '') {
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').slice(prefix.length);
    const target = TO_MODEL.some((start) => path.startsWith(start)) ? services.model : services.orchestrator;
    const { method, headers } = incoming;
    const onward = request(new URL(path, target), { method: method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(503).end('no task is there'));
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
}
