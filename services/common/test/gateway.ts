import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/** What stands between the SDK and a service: it passes requests on, lets them hang, or answers itself. */
export interface Gateway {
  endpoint: string;
  /** `lose`: the service does what is asked, its answer never comes, and the next pass again. */
  mode: 'pass' | 'hang' | 'fail' | 'lose';
  /** Requests that came in, by operation of DynamoDB, else by method. */
  calls: Record<string, number>;
  /** Requests that the service has and did not answer yet: it must not be closed under them. */
  pending: number;
  /** Looks at what the service answered and may change it. */
  change?: (operation: string, body: Record<string, unknown>) => Record<string, unknown>;
}

async function pass(
  gateway: Gateway,
  target: string,
  operation: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
) {
  const { method = 'POST', url = '/', headers } = incoming;
  const onward = request(new URL(url, target), {
    method,
    headers: { ...headers, 'accept-encoding': 'identity' },
  });
  incoming.pipe(onward);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  const bytes = Buffer.concat(await answer.toArray());
  const { change } = gateway;
  if (gateway.mode === 'lose') {
    gateway.mode = 'pass';
    return outgoing.destroy();
  }
  if (!change) return outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
  // the checksum was of the bytes before
  const { 'x-amz-crc32': _crc, 'content-length': _length, ...kept } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 500, kept);
  return outgoing.end(JSON.stringify(change(operation, JSON.parse(bytes.toString()))));
}

/** A gateway before `target` that is closed with the test. */
export async function openGateway(t: Test, target: string): Promise<Gateway> {
  const gateway: Gateway = { endpoint: '', mode: 'pass', calls: {}, pending: 0 };
  const server = createServer((incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? incoming.method ?? '';
    gateway.calls[operation] = (gateway.calls[operation] ?? 0) + 1;
    const { mode } = gateway;
    if (mode === 'hang') incoming.resume();
    else if (mode === 'fail') outgoing.writeHead(500).end('{}');
    else {
      gateway.pending++;
      void pass(gateway, target, operation, incoming, outgoing).finally(() => gateway.pending--);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  gateway.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return gateway;
}
