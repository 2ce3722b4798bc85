import { setTimeout as sleep } from 'node:timers/promises';
import { post } from '../../bench/requests.ts';
import { CLIENT } from '../build.ts';
import { Connection } from './connection.ts';

export const KEY = 'key-of-the-fault-tests';
/** So many are in the store. */
export const CLIENTS = 20;

interface Answered {
  status: number;
  code: string | undefined;
  milliseconds: number;
  at: number;
}

export interface LoadOptions {
  /** Where the next request goes; undefined: nowhere at the moment. */
  target(): string | undefined;
  workers: number;
  /** Milliseconds that a worker rests between two requests. */
  restMs?: number;
  /** Whether a worker that is refused comes again when Retry-After says; else as after an answer. */
  heedsRetryAfter?: boolean;
  /** Whether requests bring their own features, so that nothing is read. */
  ownFeatures?: boolean;
}

/** Workers that ask for predictions without end, and remember what they were answered. */
export class Load {
  /** Event ids of the answers: each was promised to be kept. */
  readonly acknowledged = new Set<string>();
  readonly answers: Answered[] = [];
  /** Requests that broke: there was no answer. */
  broken = 0;
  #restMs: number;
  /** Requests under way, by where they went. */
  readonly #underWay = new Map<string, number>();
  readonly #idle = new Map<string, Connection[]>();
  readonly #requests: readonly Buffer[];
  readonly #options: LoadOptions;
  #stopping = false;
  /** Wakes those that rest. A signal's listeners are a list: with a thousand workers it costs as much as the requests. */
  readonly #resting = new Set<() => void>();
  readonly #workers: Promise<void>[];
  #next = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#restMs = options.restMs ?? 0;
    this.#requests = Array.from({ length: CLIENTS }, (_, i) =>
      post(
        '/v1/predictions',
        {
          model: { model_name: 'credit-default' },
          client: { id: i + 1 },
          ...(options.ownFeatures && { features: CLIENT }),
        },
        { 'x-api-key': KEY },
      ),
    );
    this.#workers = Array.from({ length: options.workers }, () => this.#work());
  }

  underWay(target: string): number {
    return this.#underWay.get(target) ?? 0;
  }

  /** From now on a worker rests so long between two requests; those that rest have done so. */
  restFor(milliseconds: number): void {
    this.#restMs = milliseconds;
    this.#wakeAll();
  }

  /** Ends when every request under way has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeAll();
    await Promise.all(this.#workers);
    for (const connections of this.#idle.values()) for (const connection of connections) connection.close();
  }

  async #work(): Promise<void> {
    while (!this.#stopping) {
      const target = this.#options.target();
      if (!target) await sleep(5);
      else {
        const retryAfterMs = await this.#ask(target);
        await this.#rest((this.#options.heedsRetryAfter && retryAfterMs) || this.#restMs);
      }
    }
  }

  #wakeAll(): void {
    for (const wake of this.#resting) wake();
  }

  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#resting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.#resting.add(wake);
    });
  }

  /** @returns when it wants to be asked again, if it said so */
  async #ask(target: string): Promise<number | undefined> {
    const began = performance.now();
    this.#underWay.set(target, this.underWay(target) + 1);
    let connection = this.#idle.get(target)?.pop();
    if (!connection?.open) connection = new Connection(target);
    try {
      const { status, body, retryAfterMs } = await connection.ask(this.#nextRequest());
      const said = JSON.parse(body.toString()) as { event_id?: string; error?: { code: string } };
      if (said.event_id) this.acknowledged.add(said.event_id);
      const milliseconds = performance.now() - began;
      this.answers.push({ status, code: said.error?.code, milliseconds, at: began });
      this.#keep(target, connection);
      return retryAfterMs;
    } catch {
      connection.close();
      this.broken++;
      // nobody listens there: no need to hammer
      await sleep(20);
      return undefined;
    } finally {
      this.#underWay.set(target, this.underWay(target) - 1);
    }
  }

  #nextRequest(): Buffer {
    return this.#requests[this.#next++ % CLIENTS] as Buffer;
  }

  #keep(target: string, connection: Connection): void {
    const idle = this.#idle.get(target);
    if (idle) idle.push(connection);
    else this.#idle.set(target, [connection]);
  }
}
