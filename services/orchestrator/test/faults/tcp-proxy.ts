import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';

/** What a proxy does with connections: lets them through, closes them, or says nothing at all. */
export type ProxyMode = 'pass' | 'refuse' | 'hang';

/** A TCP proxy between a service and what it depends on, which can fail as networks do. */
export class TcpProxy {
  mode: ProxyMode = 'pass';
  /** Milliseconds by which what comes back is late. */
  delayMs = 0;
  #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((client) => this.#join(client));

  private constructor(target: number) {
    this.#target = target;
  }

  static async before(t: Test, url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(Number(new URL(url).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    t.teardown(() => proxy.#close());
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on connections lead elsewhere; those that are open end. */
  leadTo(url: string): void {
    this.#target = Number(new URL(url).port);
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Fails from now on, the connections that are open too. */
  fail(mode: Exclude<ProxyMode, 'pass'>): void {
    this.mode = mode;
    if (mode === 'refuse') for (const socket of this.#sockets) socket.destroy();
  }

  heal(): void {
    this.mode = 'pass';
    this.delayMs = 0;
    // what hung has lost its bytes
    for (const socket of this.#sockets) if (socket.isPaused()) socket.destroy();
  }

  #join(client: Socket): void {
    if (this.mode === 'refuse') return void client.destroy();
    const server = connect(this.#target, '127.0.0.1');
    const both = [client, server];
    for (const socket of both) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const each of both) each.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (this.mode === 'hang') client.pause();
      else server.write(bytes);
    });
    server.on('data', async (bytes) => {
      if (this.delayMs) await sleep(this.delayMs);
      if (!client.destroyed) client.write(bytes);
    });
  }

  #close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
