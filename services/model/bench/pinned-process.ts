import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVER_CORE = 0;
const READY_MS = 60_000;

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
}

/** Whether the server and the generator can each have a core of their own. */
export const PINNING = hasTaskset();

const pin = (cores: string, pid: number) =>
  execFileSync('taskset', ['-acp', cores, String(pid)], { stdio: 'ignore' });

/** Moves this process, the generator, off the servers' core. */
export function pinGenerator(): void {
  if (PINNING) pin(`${SERVER_CORE + 1}-${availableParallelism() - 1}`, process.pid);
}

/** Moves a process, with its threads, to the servers' core. */
export function pinToServerCore(pid: number | undefined): void {
  if (PINNING && pid) pin(String(SERVER_CORE), pid);
}

/** A server as a process of its own on a core of its own; what it logs is thrown away. */
export class PinnedProcess {
  readonly port: number;
  readonly #process: ChildProcess;

  constructor(program: URL, port: number, environment: Record<string, string> = {}, args: string[] = []) {
    this.port = port;
    const command = [process.execPath, ...process.execArgv, ...args, fileURLToPath(program), String(port)];
    const pinned = PINNING ? ['taskset', '-c', String(SERVER_CORE), ...command] : command;
    this.#process = spawn(pinned[0] as string, pinned.slice(1), {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** Moves it to the generator's cores: it is not what is measured. */
  unpin(): void {
    if (PINNING && this.#process.pid)
      pin(`${SERVER_CORE + 1}-${availableParallelism() - 1}`, this.#process.pid);
  }

  /** Waits until it listens. @throws Error where it ends before */
  async listening(): Promise<void> {
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(50)) {
      if (this.#process.exitCode !== null) throw new Error(`a server ended with ${this.#process.exitCode}`);
      const answer = await fetch(`http://127.0.0.1:${this.port}/v2/health/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer) return;
    }
    throw new Error(`a server does not listen after ${READY_MS / 1000} s`);
  }

  /** Seconds of CPU used so far, all threads; NaN where the system does not tell (Linux does). */
  cpuSeconds(): number {
    const tasks = `/proc/${this.#process.pid}/task`;
    try {
      const nanoseconds = readdirSync(tasks).map((task) =>
        Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ', 1)[0]),
      );
      return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9;
    } catch {
      return Number.NaN;
    }
  }

  /** Bytes of memory resident. */
  residentBytes(): number {
    const pages = readFileSync(`/proc/${this.#process.pid}/statm`, 'utf8').split(' ')[1];
    return Number(pages) * 4096;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGTERM');
    await closed;
  }
}
