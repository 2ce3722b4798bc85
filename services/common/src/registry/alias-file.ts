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

/** @throws SchemaError, SyntaxError */
export const parseAliases = (text: string): Aliases => check(JSON.parse(text));

/** @throws SchemaError */
export const printAliases = (state: Aliases): string => `${JSON.stringify(check(state), null, 2)}\n`;
