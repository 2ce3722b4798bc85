import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actionsOf, type RecordedAction } from './recorded-action.ts';

/** Writes down which IAM actions go over the wire, on the way to the embedded services or an emulator. */
export class ActionRecorder {
  readonly #recorded = new Map<string, RecordedAction>();
  readonly #servers: Server[] = [];
  /** Requests whose action has no name here. */
  readonly unknown: string[] = [];
  /** Endpoints that answer 503 for now. */
  readonly down = new Set<string>();

  /** @returns the endpoint to give to whoever is recorded, in place of the one that answers */
  async before(endpoint: string): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      void this.#pass(endpoint, incoming, outgoing).catch(() => outgoing.destroy());
    });
    this.#servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Each action once, by whom and on what. */
  get recorded(): RecordedAction[] {
    return [...this.#recorded.values()];
  }

  close(): void {
    for (const server of this.#servers) server.close().closeAllConnections();
  }

  async #pass(endpoint: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const { method = 'GET', url = '/', headers } = incoming;
    this.#note({ method, url, headers, body });
    if (this.down.has(endpoint)) {
      outgoing.writeHead(503).end();
      return;
    }
    const onward = request(endpoint + url, { method, headers });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  }

  #note(call: { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }): void {
    try {
      // binary bodies are objects of S3, whose action the path tells
      for (const action of actionsOf({ ...call, body: call.body.toString('utf8') }))
        this.#recorded.set(JSON.stringify(action), action);
    } catch (error) {
      this.unknown.push((error as Error).message);
    }
  }
}
