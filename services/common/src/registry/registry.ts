import type { Aliases } from '../contracts/aliases.ts';
import type { NumberedAliases } from './alias-file.ts';

/** A version has no such file; other faults of reading are other errors. */
export class NoSuchFileError extends Error {
  override readonly name = 'NoSuchFileError';
}

/** The registry does not answer: nothing is known of what is in it, and it makes sense to try again. */
export class UnreachableRegistryError extends Error {
  override readonly name = 'UnreachableRegistryError';
  /** Its message may be shown to callers: a system's code, where there is one, since its text would show paths. */
  constructor(cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`the registry cannot be read: ${code ?? message}`, { cause });
  }
}

/**
 * Where model versions and aliases are. Versions are immutable; aliases are a numbered history. Every method throws
 * UnreachableRegistryError where the registry does not answer.
 */
export interface Registry {
  /** Names of the models that have at least one version. */
  models(): Promise<string[]>;
  /** Version numbers of a model, ascending; empty where the model is not known. */
  versions(model: string): Promise<string[]>;
  /** The bytes of one file of a version. @throws NoSuchFileError */
  read(model: string, version: string, file: string): Promise<Uint8Array>;
  /**
   * The newest alias state and its number, or the one of a given number: history never changes. Undefined where there
   * is none. @throws BrokenAliasesError
   */
  aliases(model: string, number?: number): Promise<NumberedAliases | undefined>;
  /**
   * Makes alias state `number`, whole or not at all. The next number is that of the newest plus one.
   * @returns false where that number is taken
   * @throws SchemaError
   */
  append(model: string, number: number, state: Aliases): Promise<boolean>;
}

/** What reads the files of versions, which is all that loading one needs. */
export type VersionFiles = Pick<Registry, 'read'>;

/** Version numbers among names, ascending. */
export const versionNumbers = (names: readonly string[]): string[] =>
  names.filter((name) => /^[1-9][0-9]*$/.test(name)).sort((a, b) => Number(a) - Number(b));
