import { Aliases } from '../contracts/aliases.ts';
import { parserOf } from '../validate.ts';

/** An alias state and its place in the history. */
export interface NumberedAliases {
  number: number;
  state: Aliases;
}

const check = parserOf(Aliases, 'aliases');

/** The name of the file in `aliases/` that holds state `number`: names sort as numbers do. */
export const aliasFile = (number: number): string => `${String(number).padStart(6, '0')}.json`;

/** The number in a file's name; undefined for another file. */
export const aliasNumber = (name: string): number | undefined =>
  /^\d{6}\.json$/.test(name) ? Number.parseInt(name, 10) : undefined;

/** An alias state that cannot be read as one; the next number makes it history. */
export class BrokenAliasesError extends Error {
  override readonly name = 'BrokenAliasesError';
  readonly number: number;

  constructor(number: number, cause: unknown) {
    super(`${aliasFile(number)}: ${(cause as Error).message}`, { cause });
    this.number = number;
  }
}

/** @throws BrokenAliasesError */
export function parseAliases(number: number, text: string): NumberedAliases {
  try {
    return { number, state: check(JSON.parse(text)) };
  } catch (error) {
    throw new BrokenAliasesError(number, error);
  }
}

/** @throws SchemaError */
export const printAliases = (state: Aliases): string => `${JSON.stringify(check(state), null, 2)}\n`;
