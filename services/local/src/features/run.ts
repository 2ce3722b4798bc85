import { UsageError } from '@tristore/common/command-line.ts';
import { readOptions, USAGE } from './options.ts';
import type { Output } from './progress.ts';

/** Where a command writes: results to stdout, everything on the way to stderr. */
export interface Streams {
  stdout: { write(text: string): unknown };
  stderr: Output;
}

async function follow(args: string[], streams: Streams): Promise<void> {
  const options = readOptions(args);
  if (!options) return void streams.stdout.write(USAGE);
  // AWS's clients take their time to load
  const { carryOut } = await import('./carry-out.ts');
  await carryOut(options, streams);
}

/** `npm run features -- …`. @returns the exit code: 1 where it could not be done, 2 for what cannot be followed */
export async function runCommand(args: string[], streams: Streams): Promise<number> {
  try {
    await follow(args, streams);
    return 0;
  } catch (error) {
    const { reasonOf } = await import('./reason.ts');
    streams.stderr.write(`features: ${reasonOf(error as Error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
