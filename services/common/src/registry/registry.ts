import type { Aliases } from '../contracts/aliases.ts';

/** A version has no such file; other faults of reading are other errors. */
export class NoSuchFileError extends Error {
  override readonly name = 'NoSuchFileError';
}

/** Where model versions and aliases are. Versions are immutable; aliases are a numbered history. */
export interface Registry {
  /** Names of the models that have at least one version. */
  models(): Promise<string[]>;
  /** Version numbers of a model, ascending; empty where the model is not known. */
  versions(model: string): Promise<string[]>;
  /** The bytes of one file of a version. @throws NoSuchFileError */
  read(model: string, version: string, file: string): Promise<Uint8Array>;
  /** The newest alias state and its number; undefined where there is none. */
  aliases(model: string): Promise<{ number: number; state: Aliases } | undefined>;
  /** Makes alias state `number`, whole or not at all. @returns false where that number is taken */
  append(model: string, number: number, state: Aliases): Promise<boolean>;
}
