import { connect, type Socket } from 'node:net';
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';

export interface Load {
  port: number;
  /** One whole HTTP request, sent again and again; or many, in turn. */
  request: Buffer | readonly Buffer[];
  connections: number;
  seconds: number;
  /** Goes on until there are so many answers, for at most ten times the seconds. */
  leastAnswers?: number;
}

export interface Measured {
  /** Answers with status 200. */
  answers: number;
  /** Any other answer; the first one is told. */
  refused: number;
  firstRefusal?: string;
  seconds: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Share of one core that this process used: below 1, or the generator is what was measured. */
  generatorShare: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Calls `onAnswer` with each whole answer on a socket; they all tell their content-length. */
export function readAnswers(socket: Socket, onAnswer: (status: number, answer: Buffer) => void): void {
  let kept: Buffer | undefined;
  socket.on('data', (chunk) => {
    let bytes: Buffer = kept ? Buffer.concat([kept, chunk]) : chunk;
    for (;;) {
      const head = bytes.indexOf(HEAD_END);
      if (head === -1) break;
      const length = /\ncontent-length: (\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1];
      if (length === undefined) throw new Error(`no content-length in ${bytes.toString('latin1', 0, head)}`);
      const end = head + 4 + Number(length);
      if (bytes.length < end) break;
      onAnswer(Number(bytes.toString('latin1', 9, 12)), bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    kept = bytes.length ? bytes : undefined;
  });
}

/**
 * Keeps every connection busy with one request at a time (a closed loop). Written on bare sockets, because HTTP
 * clients for Node cost more a request than the server that is measured.
 */
export async function applyLoad(load: Load, latencies?: RecordableHistogram): Promise<Measured> {
  const { port, request, connections, seconds, leastAnswers = 0 } = load;
  const histogram = latencies ?? createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 });
  const requests = Array.isArray(request) ? (request as readonly Buffer[]) : [request as Buffer];
  let next = 0;
  let answers = 0;
  let refused = 0;
  let firstRefusal: string | undefined;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + seconds * 1000;
  const lastEnd = start + seconds * 10_000;

  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      await new Promise<void>((resolve, reject) => {
        let sent = 0;
        const send = () => {
          sent = performance.now();
          socket.write(requests[next++ % requests.length] as Buffer);
        };
        readAnswers(socket, (status, answer) => {
          const now = performance.now();
          histogram.record(Math.max(1, Math.round((now - sent) * 1000)));
          if (status === 200) answers += 1;
          else {
            refused += 1;
            firstRefusal ??= answer.toString('latin1');
          }
          if (now < end || (answers < leastAnswers && now < lastEnd)) send();
          else socket.end();
        });
        socket.once('connect', send).once('close', () => resolve());
        socket.once('error', reject);
      });
    }),
  );
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    answers,
    refused,
    ...(firstRefusal && { firstRefusal }),
    seconds: elapsed / 1000,
    p50: histogram.percentile(50) / 1000,
    p99: histogram.percentile(99) / 1000,
    generatorShare: (user + system) / 1000 / elapsed,
  };
}
