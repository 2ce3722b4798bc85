import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { CLIENT } from '../build.ts';

export const KEY = 'key-of-the-fault-tests';

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
  /** Requests under way, by where they went. */
  readonly #underWay = new Map<string, number>();
  readonly #agent = new Agent({ connections: 1_024, keepAliveTimeout: 10_000 });
  readonly #options: LoadOptions;
  #running = true;
  readonly #workers: Promise<void>[];
  #next = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.workers }, () => this.#work());
  }

  underWay(target: string): number {
    return this.#underWay.get(target) ?? 0;
  }

  /** Ends when every request under way has ended. */
  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#workers);
    await this.#agent.destroy();
  }

  async #work(): Promise<void> {
    while (this.#running) {
      const target = this.#options.target();
      if (!target) await sleep(5);
      else {
        await this.#ask(target);
        await sleep(this.#options.restMs ?? 0);
      }
    }
  }

  async #ask(target: string): Promise<void> {
    const began = performance.now();
    this.#underWay.set(target, this.underWay(target) + 1);
    try {
      const { statusCode, body } = await this.#agent.request({
        origin: target,
        method: 'POST',
        path: '/v1/predictions',
        headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: { model_name: 'credit-default' },
          client: { id: (this.#next++ % 20) + 1 },
          ...(this.#options.ownFeatures && { features: CLIENT }),
        }),
      });
      const said = (await body.json()) as { event_id?: string; error?: { code: string } };
      if (said.event_id) this.acknowledged.add(said.event_id);
      const milliseconds = performance.now() - began;
      this.answers.push({ status: statusCode, code: said.error?.code, milliseconds, at: began });
    } catch {
      this.broken++;
      // nobody listens there: no need to hammer
      await sleep(20);
    } finally {
      this.#underWay.set(target, this.underWay(target) - 1);
    }
  }
}
