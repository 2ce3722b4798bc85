import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartupError } from '@tristore/common/errors.ts';

const CLI = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');

/** `--no-…`: nothing is asked of anybody, and nothing is sent or written beside the deployment. */
const QUIET = ['--no-notices', '--no-version-reporting', '--no-color'];

export interface CdkCall {
  command: 'deploy' | 'diff' | 'destroy';
  /** The synthesised templates, so that what was checked is what is deployed. */
  folder: string;
  region: string;
  args: readonly string[];
}

/** Arguments of the CDK's command line for a call. */
export const argumentsOf = ({ command, folder, args }: CdkCall): string[] => [
  CLI,
  command,
  '--app',
  folder,
  ...QUIET,
  ...args,
];

/**
 * Runs CDK's own command line on templates that are there already; its progress goes to this terminal.
 * @throws StartupError where it fails: it has said why
 */
export async function cdk(call: CdkCall): Promise<void> {
  const { AWS_DEFAULT_REGION: _, ...environment } = process.env;
  const child = spawn(process.execPath, argumentsOf(call), {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment, AWS_REGION: call.region, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0)
    throw new StartupError(`cdk ${call.command} failed (${signal ?? code}); the lines above say why`);
}
