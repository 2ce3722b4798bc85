import { type ParseArgsConfig, parseArgs } from 'node:util';
import { StartupError } from '@tristore/common/errors.ts';

/** Reads the command line. @throws StartupError naming the option that is not known or has no value */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(options: T) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    // Node adds a hint about "--" after the first sentence
    throw new StartupError(`${(error as Error).message.split('. ')[0]} (--help lists the options)`);
  }
}

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
