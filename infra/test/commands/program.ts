import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** An environment without credentials, without a network to ask for some, and without settings of this machine. */
export const NOBODY = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  NODE_OPTIONS: '',
} as const;
export const SOMEBODY = {
  ...NOBODY,
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
} as const;

/** One of our commands as a process of its own, without a terminal. */
export async function run(
  command: 'synth' | 'deploy' | 'diff' | 'destroy' | 'cost' | 'delivery',
  args: readonly string[],
  environment: Record<string, string | undefined> = NOBODY,
) {
  const program = ['--import', '@tristore/common/typescript.mjs', `infra/bin/${command}.ts`, ...args];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}
