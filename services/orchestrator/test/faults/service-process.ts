import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';

/** A service as a process of its own. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #output = '';

  /** @param wrapper a command that runs the one that follows it, such as `unshare` */
  constructor(
    t: Test,
    program: string,
    environment: Record<string, string>,
    wrapper: readonly string[] = [],
  ) {
    const [command = '', ...args] = [...wrapper, process.execPath, '--import', 'tsx', program];
    this.#child = spawn(command, args, {
      env: { ...process.env, HOST: '127.0.0.1', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk) => {
        this.#output += chunk;
      });
    this.#gone = once(this.#child, 'close');
    t.teardown(() => this.kill());
  }

  get output(): string {
    return this.#output;
  }

  /** Where it listens. @throws Error where it ends before */
  async listening(): Promise<string> {
    for (;;) {
      const url = /Server listening at (http:\/\/[\d.:]+)/.exec(this.#output)?.[1];
      if (url) return url;
      if (this.#child.exitCode !== null || this.#child.signalCode)
        throw new Error(`it ended: ${this.#output}`);
      await Promise.race([this.#gone, once(this.#child.stdout ?? this.#child, 'data')]);
    }
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** SIGTERM, as ECS sends it. @returns the exit code */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null && !this.#child.signalCode) this.#child.kill('SIGTERM');
    await this.#gone;
    return this.#child.exitCode;
  }
}
