import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { freePort } from '../../common/test/free-port.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const KEY = 'a-key-of-the-test';
const READY_MS = 60_000;

const childrenOf = (pid: number): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
};

/** `npm start` as a process of its own, with what it printed. */
export class Launched {
  readonly process: ChildProcess;
  readonly url: string;
  readonly modelUrl: string;
  output = '';
  errors = '';
  readonly exited: Promise<number | null>;

  constructor(
    t: Test,
    dataDir: string,
    ports: { orchestrator: number; model: number },
    key: string | undefined,
  ) {
    this.url = `http://127.0.0.1:${ports.orchestrator}`;
    this.modelUrl = `http://127.0.0.1:${ports.model}`;
    const keyArgs = key === undefined ? [] : ['--key', key];
    const args = [
      '--data',
      dataDir,
      ...keyArgs,
      '--orchestrator-port',
      `${ports.orchestrator}`,
      '--model-port',
      `${ports.model}`,
    ];
    this.process = spawn(
      process.execPath,
      ['--import', '@tristore/common/typescript.mjs', 'services/local/src/main.ts', ...args],
      {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.process.stdout?.on('data', (chunk) => {
      this.output += chunk;
    });
    this.process.stderr?.on('data', (chunk) => {
      this.errors += chunk;
    });
    this.exited = once(this.process, 'close').then(([code]) => code as number | null);
    t.teardown(() => this.kill());
  }

  /** @throws where it ends before it is ready */
  async ready(): Promise<void> {
    let gone = false;
    this.exited.then(() => {
      gone = true;
    });
    for (const deadline = Date.now() + READY_MS; !this.output.includes('Ctrl-C stops'); ) {
      if (gone || Date.now() > deadline) throw new Error(`it did not start: ${this.output}${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** As Ctrl-C. @returns the exit code */
  stop(): Promise<number | null> {
    this.process.kill('SIGINT');
    return this.exited;
  }

  /** SIGKILL of every process at once: the services first, so that none has a moment to close. */
  async kill(): Promise<void> {
    const { pid } = this.process;
    if (pid === undefined || this.process.exitCode !== null || this.process.signalCode !== null) return;
    for (const victim of [...childrenOf(pid), pid])
      try {
        process.kill(victim, 'SIGKILL');
      } catch {
        // it was gone already
      }
    await this.exited;
  }

  async predict(body: object, key = KEY) {
    const answer = await fetch(`${this.url}/v1/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(body),
    });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as { event_id: string; probability: number },
    };
  }
}

export async function launch(t: Test, dataDir: string): Promise<Launched> {
  const launched = new Launched(t, dataDir, { orchestrator: await freePort(), model: await freePort() }, KEY);
  await launched.ready();
  return launched;
}

/** Rows of `npm run query -- --json`. */
export function query(dataDir: string, sql: string): Record<string, unknown>[] {
  const args = [
    '--import',
    '@tristore/common/typescript.mjs',
    'services/local/src/query.ts',
    '--data',
    dataDir,
    '--json',
    sql,
  ];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }));
}
