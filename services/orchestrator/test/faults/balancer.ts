import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { Agent } from 'undici';

const CHECK_MS = 200;

/** A balancer as the ALB is one: asks `/health/ready`, sends to who is ready, in turn, and tries nothing twice. */
export class Balancer {
  #targets: string[];
  #healthy: string[];
  #turn = 0;
  readonly #agent = new Agent({ keepAliveTimeout: 10_000 });
  readonly #timer = setInterval(() => this.#check(), CHECK_MS);
  readonly #server = createServer(async (request, response) => {
    const origin = this.#healthy[this.#turn++ % this.#healthy.length];
    if (!origin) return response.writeHead(503, { 'content-length': 2 }).end('{}');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      const answer = await this.#agent.request({
        origin,
        path: request.url ?? '/',
        method: request.method as 'POST',
        headers: {
          'x-api-key': String(request.headers['x-api-key']),
          'content-type': String(request.headers['content-type']),
        },
        body: Buffer.concat(chunks),
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      response.writeHead(answer.statusCode, { 'content-length': bytes.length }).end(bytes);
    } catch (error) {
      const text = JSON.stringify({ error: { code: (error as Error).message } });
      response.writeHead(502, { 'content-length': Buffer.byteLength(text) }).end(text);
    }
  });

  private constructor(targets: readonly string[]) {
    this.#targets = [...targets];
    this.#healthy = [...targets];
  }

  static async before(t: Test, targets: readonly string[]): Promise<Balancer> {
    const balancer = new Balancer(targets);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    t.teardown(async () => {
      clearInterval(balancer.#timer);
      balancer.#server.closeAllConnections();
      balancer.#server.close();
      await balancer.#agent.destroy();
    });
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(target: string): void {
    this.#targets.push(target);
  }

  remove(target: string): void {
    this.#targets = this.#targets.filter((each) => each !== target);
  }

  async until(condition: (healthy: readonly string[]) => boolean): Promise<void> {
    while (!condition(this.#healthy)) await sleep(20);
  }

  async #check(): Promise<void> {
    const targets = this.#targets;
    const ready = await Promise.all(
      targets.map((target) =>
        fetch(`${target}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    this.#healthy = targets.filter((_, i) => ready[i]);
  }
}
