import { type ParseArgsConfig, parseArgs } from 'node:util';
import { StartupError } from './errors.ts';

/** A command line that cannot be followed. */
export class UsageError extends StartupError {}

/** `parseArgs` of Node, with errors of one line. @throws UsageError naming the option that is not known or has no value */
export function parseCommandLine<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node adds hints after the first sentence, on lines of their own or not
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0]} (--help lists the options)`);
  }
}
