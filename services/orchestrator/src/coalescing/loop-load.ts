import { performance } from 'node:perf_hooks';

const SAMPLE_MS = 50;

/** How busy this process is: the share of the last moments in which its event loop ran code. */
export class LoopLoad {
  #before = performance.eventLoopUtilization();
  #busy = 0;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.eventLoopUtilization();
      this.#busy = performance.eventLoopUtilization(now, this.#before).utilization;
      this.#before = now;
    }, SAMPLE_MS).unref();
  }

  /** 0 to 1. */
  get busy(): number {
    return this.#busy;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
