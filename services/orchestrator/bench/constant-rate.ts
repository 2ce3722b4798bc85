import { connect, type Socket } from 'node:net';
import { createHistogram, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswers } from '../../model/bench/load.ts';

export interface Rate {
  port: number;
  requests: readonly Buffer[];
  perSecond: number;
  seconds: number;
}

export interface Latencies {
  /** Milliseconds. */
  p50: number;
  p99: number;
  answers: number;
  refused: number;
}

/** An idle connection takes the next request; where none is idle one more is opened. */
class Connections {
  readonly #port: number;
  readonly #idle: Socket[] = [];
  readonly #all = new Set<Socket>();
  readonly #due = new Map<Socket, number>();
  readonly onAnswer: (status: number, due: number) => void;

  constructor(port: number, onAnswer: (status: number, due: number) => void) {
    this.#port = port;
    this.onAnswer = onAnswer;
  }

  send(request: Buffer, due: number): void {
    const socket = this.#idle.pop() ?? this.#open();
    this.#due.set(socket, due);
    socket.write(request);
  }

  #open(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    this.#all.add(socket);
    readAnswers(socket, (status) => {
      this.onAnswer(status, this.#due.get(socket) ?? 0);
      this.#idle.push(socket);
    });
    socket.on('error', (error) => {
      throw error;
    });
    return socket;
  }

  close(): void {
    for (const socket of this.#all) socket.destroy();
  }
}

/**
 * Sends at a constant rate, whether or not answers come: an open loop. A request's latency counts from the moment at
 * which it was due, so that what waits behind a slow answer counts too (no coordinated omission); a request is due at
 * the generator's own tick, about a millisecond wide.
 */
export async function atConstantRate({ port, requests, perSecond, seconds }: Rate): Promise<Latencies> {
  const histogram = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
  let answers = 0;
  let refused = 0;
  const connections = new Connections(port, (status, due) => {
    if (status === 200) answers++;
    else refused++;
    histogram.record(Math.max(1, Math.round((performance.now() - due) * 1000)));
  });
  const count = Math.round(perSecond * seconds);
  const began = performance.now();
  for (let sent = 0; sent < count; ) {
    const now = performance.now();
    for (; sent < count && began + (sent * 1000) / perSecond <= now; sent++)
      connections.send(requests[sent % requests.length] as Buffer, now);
    await sleep(1);
  }
  for (let waited = 0; answers + refused < count && waited < 10_000; waited += 10) await sleep(10);
  connections.close();
  return {
    p50: histogram.percentile(50) / 1000,
    p99: histogram.percentile(99) / 1000,
    answers,
    refused,
  };
}
