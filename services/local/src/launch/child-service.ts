import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StartupError } from '@tristore/common/errors.ts';

const POLL_MS = 50;
const READY_MS = 30_000;
const STOP_MS = 30_000;
const EXIT_WITH_PARENT = new URL('./exit-with-parent.ts', import.meta.url).href;

export interface ServiceOptions {
  name: string;
  /** The program, as a file: URL. */
  program: URL;
  environment: Record<string, string>;
  readyUrl: string;
  logFile: string;
}

/** A service as a process of its own, as in production; its log goes to a file. */
export class ChildService {
  readonly #options: ServiceOptions;
  readonly #process: ChildProcess;
  readonly exited: Promise<number | null>;
  #lastError = '';

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#process = spawn(
      process.execPath,
      [...process.execArgv, '--import', EXIT_WITH_PARENT, fileURLToPath(options.program)],
      {
        env: { ...process.env, ...options.environment },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // a group of its own: Ctrl-C reaches the launcher alone, which stops the services in order
        detached: true,
      },
    );
    const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
    this.#process.stdout?.pipe(log, { end: false });
    this.#process.stderr?.pipe(log, { end: false });
    if (this.#process.stderr)
      createInterface({ input: this.#process.stderr }).on('line', (line) => {
        if (line.startsWith(`${options.name}: `)) this.#lastError = line.slice(options.name.length + 2);
      });
    this.exited = once(this.#process, 'close').then(([code]) => {
      log.end();
      return code as number | null;
    });
  }

  get name(): string {
    return this.#options.name;
  }

  /** Where it listens, without a path. */
  get url(): string {
    return new URL(this.#options.readyUrl).origin;
  }

  get logFile(): string {
    return this.#options.logFile;
  }

  /** Resolves when the service says that it is ready. @throws StartupError with the service's own last line */
  async ready(): Promise<void> {
    let gone = false;
    this.exited.then(() => {
      gone = true;
    });
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(POLL_MS)) {
      if (gone)
        throw new StartupError(
          this.#lastError || `${this.#options.name} ended at its start; see ${this.#options.logFile}`,
        );
      const answer = await fetch(this.#options.readyUrl).catch(() => undefined);
      if (answer?.ok && !gone) return;
    }
    throw new StartupError(
      `${this.#options.name} is not ready after ${READY_MS / 1000} s; see ${this.#options.logFile}`,
    );
  }

  /** Asks it to close, and waits until it has; kills it after 30 s. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    await this.exited;
    clearTimeout(timer);
  }
}
