import { UsageError } from '@tristore/common/command-line.ts';
import { StartupError } from '@tristore/common/errors.ts';

/** Where a command writes, and what it may ask. */
export interface Terminal {
  write(text: string): void;
  /** A line that was typed; undefined where nobody can type one. */
  ask(question: string): Promise<string | undefined>;
}

/** The exit code of a fault, which is written to `stderr`: 2 for a command line that cannot be followed, else 1. */
export function exitCodeOf(name: string, error: unknown, stderr: (text: string) => void): 1 | 2 {
  // by name: the class would load what checks schemas, before a command has read its options
  const known = error instanceof StartupError || (error instanceof Error && error.name === 'SchemaError');
  const text =
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  stderr(`${name}: ${text}\n`);
  return error instanceof UsageError ? 2 : 1;
}

/** Runs a program's main function with the exit codes of all our commands: 0, 1 for a fault, 2 for bad usage. */
export async function runCommand(name: string, main: () => Promise<void>): Promise<void> {
  // the SDK's reminder that Node 20 ends is no news to who deploys; set before a client is made
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  try {
    await main();
  } catch (error) {
    process.exitCode = exitCodeOf(name, error, (text) => process.stderr.write(text));
  }
}
