import type { ParseArgsConfig } from 'node:util';
import { parseCommandLine } from '@tristore/common/command-line.ts';
import { StartupError } from '@tristore/common/errors.ts';

/** Reads the options of this program. @throws UsageError */
export const readOptions = <T extends NonNullable<ParseArgsConfig['options']>>(options: T) =>
  parseCommandLine({ options }).values;

/** @throws StartupError naming the option */
export function integerOption(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max)
    throw new StartupError(`--${name}: must be an integer from ${min} to ${max}, is "${value}"`);
  return number;
}

/** Turns a file's fault into one line. */
export const cannotWrite = (error: Error): never => {
  throw new StartupError(`--out: cannot be written (${error.message})`);
};
