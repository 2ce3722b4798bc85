import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { freePort } from '../../../common/test/free-port.ts';
import { ROOT } from '../launched.ts';

const MINUTES = 60_000;

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** A program, to its end; never rejects. */
export function run(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  const start = performance.now();
  return new Promise((resolve) => {
    const options = {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      timeout: 15 * MINUTES,
      maxBuffer: 64 * 1_048_576,
    };
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({
        code: error ? Number(error.code ?? 1) : 0,
        stdout,
        stderr,
        seconds: (performance.now() - start) / 1000,
      }),
    );
  });
}

/** docker-compose.yml as a project of the test's own: its name, its ports, its images' tag. */
export class ComposeProject {
  readonly environment: Record<string, string>;
  readonly url: string;
  readonly emulator: string;

  private constructor(ports: { balancer: number; emulator: number }) {
    this.url = `http://127.0.0.1:${ports.balancer}`;
    this.emulator = `http://127.0.0.1:${ports.emulator}`;
    this.environment = {
      COMPOSE_PROJECT_NAME: `tristore-test-${process.pid}`,
      COMPOSE_ANSI: 'never',
      COMPOSE_PROGRESS: 'quiet',
      TRISTORE_PORT: String(ports.balancer),
      TRISTORE_TAG: 'test',
      AWS_EMULATOR_PORT: String(ports.emulator),
    };
  }

  static async create(t: Test): Promise<ComposeProject> {
    const project = new ComposeProject({ balancer: await freePort(), emulator: await freePort() });
    t.teardown(() => project.compose('down', '--volumes', '--timeout', '10'));
    return project;
  }

  get name(): string {
    return this.environment['COMPOSE_PROJECT_NAME'] ?? '';
  }

  compose(...args: string[]): Promise<Ran> {
    return run('docker', ['compose', ...args], this.environment);
  }

  /** Names of the running containers of one service. */
  async containers(service: string): Promise<string[]> {
    const { stdout } = await this.compose('ps', '--format', '{{.Name}}', service);
    return stdout.split('\n').filter(Boolean).sort();
  }

  /** Runs a block of a document in bash, with this project's ports. */
  bash(code: string): Promise<Ran> {
    const here = code.replaceAll('http://127.0.0.1:8000/', `${this.url}/`);
    return run('bash', ['-e', '-o', 'pipefail', '-c', here], this.environment);
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    const program = [
      '--import',
      '@tristore/common/typescript.mjs',
      'services/local/src/query.ts',
      '--compose',
    ];
    const { code, stdout, stderr } = await run(process.execPath, [
      ...program,
      '--endpoint',
      this.emulator,
      '--json',
      sql,
    ]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }
}

/** The `sh` blocks of docs/containers.md, by the heading above them. */
export function documentedBlocks(): Map<string, string[]> {
  const sections = readFileSync(join(ROOT, 'docs/containers.md'), 'utf8').split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => [
      section.split('\n', 1)[0] ?? '',
      [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code),
    ]),
  );
}
