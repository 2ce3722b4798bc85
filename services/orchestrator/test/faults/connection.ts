import { connect, type Socket } from 'node:net';
import { readAnswers } from '../../../model/bench/load.ts';

const HEAD_END = '\r\n\r\n';

export interface Answer {
  status: number;
  body: Buffer;
  /** Milliseconds after which the other side wants to be asked again. */
  retryAfterMs: number | undefined;
}

/** A kept connection for one request at a time, on a bare socket: HTTP clients cost more than the service they ask. */
export class Connection {
  readonly #socket: Socket;
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  open = true;

  constructor(origin: string) {
    const { hostname, port } = new URL(origin);
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    readAnswers(this.#socket, (status, whole) => {
      const waiting = this.#waiting;
      this.#waiting = undefined;
      const head = whole.indexOf(HEAD_END);
      const headers = whole.toString('latin1', 0, head);
      if (/\nconnection: close/i.test(headers)) this.open = false;
      const seconds = /\nretry-after: (\d+)/i.exec(headers)?.[1];
      const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1000;
      waiting?.resolve({ status, body: whole.subarray(head + HEAD_END.length), retryAfterMs });
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.open = false;
      this.#waiting?.reject(new Error('the connection was closed'));
      this.#waiting = undefined;
    });
  }

  /** @throws Error where the connection ends before the answer is whole */
  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
