import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

/** A service as a process of its own, on a free port of loopback; it ends with the test. */
export class ServiceProcess {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly said = { out: '', err: '' };
  readonly ended: Promise<unknown>;

  /** @param wrapper a command that runs the one that follows it, such as `unshare` */
  constructor(t: Test, program: URL, environment: Record<string, string>, wrapper: readonly string[] = []) {
    const node = [process.execPath, '--import', '@tristore/common/typescript.mjs', fileURLToPath(program)];
    const [command = '', ...args] = [...wrapper, ...node];
    this.child = spawn(command, args, {
      // the native library would log about its instruction set
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '1', HOST: '127.0.0.1', PORT: '0', ...environment },
    });
    this.child.stdout?.on('data', (chunk) => {
      this.said.out += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.said.err += chunk;
    });
    this.ended = once(this.child, 'close');
    t.teardown(() => this.kill());
  }

  /** Where it listens. @throws Error where it ends before */
  readonly listening = async (): Promise<string> => {
    for (;;) {
      const url = /Server listening at (http:[^"]+)/.exec(this.said.out)?.[1];
      if (url) return url;
      if (this.child.exitCode !== null || this.child.signalCode)
        throw new Error(`it ended: ${this.said.out}${this.said.err}`);
      await Promise.race([this.ended, once(this.child.stdout ?? this.child, 'data')]);
    }
  };

  /** SIGKILL. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, as ECS sends it. @returns the exit code */
  async stop(): Promise<number | null> {
    if (this.child.exitCode === null && !this.child.signalCode) this.child.kill('SIGTERM');
    await this.ended;
    return this.child.exitCode;
  }
}
