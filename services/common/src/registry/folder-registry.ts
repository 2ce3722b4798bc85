import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aliases } from '../contracts/aliases.ts';
import {
  aliasFile,
  aliasNumber,
  BrokenAliasesError,
  type NumberedAliases,
  parseAliases,
  printAliases,
} from './alias-file.ts';
import { NoSuchFileError, type Registry, UnreachableRegistryError, versionNumbers } from './registry.ts';

/** Not there, or not of the kind that is looked for. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR'];
const isAbsent = (error: unknown) => ABSENT.includes((error as NodeJS.ErrnoException).code ?? '');

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw new UnreachableRegistryError(error);
  }
}

async function newestIn(folder: string): Promise<number | undefined> {
  const numbers = (await list(folder)).flatMap((name) => aliasNumber(name) ?? []);
  return numbers.length ? Math.max(...numbers) : undefined;
}

/** The registry in a folder: `<model>/<version>/…` and `<model>/aliases/000001.json …`. */
export class FolderRegistry implements Registry {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async models(): Promise<string[]> {
    const found: string[] = [];
    for (const name of (await list(this.#root)).sort())
      if ((await this.versions(name)).length) found.push(name);
    return found;
  }

  async versions(model: string): Promise<string[]> {
    return versionNumbers(await list(join(this.#root, model)));
  }

  async read(model: string, version: string, file: string): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#root, model, version, file));
    } catch (error) {
      if (isAbsent(error))
        throw new NoSuchFileError(`there is no ${model}/${version}/${file}`, { cause: error });
      throw new UnreachableRegistryError(error);
    }
  }

  async aliases(model: string, number?: number): Promise<NumberedAliases | undefined> {
    const folder = join(this.#root, model, 'aliases');
    const found = number ?? (await newestIn(folder));
    if (found === undefined) return undefined;
    try {
      return parseAliases(found, await readFile(join(folder, aliasFile(found)), 'utf8'));
    } catch (error) {
      if (error instanceof BrokenAliasesError) throw error;
      if (number !== undefined && isAbsent(error)) return undefined;
      throw new UnreachableRegistryError(error);
    }
  }

  async append(model: string, number: number, state: Aliases): Promise<boolean> {
    const text = printAliases(state);
    const folder = join(this.#root, model, 'aliases');
    const temporary = join(folder, `.${randomUUID()}`);
    try {
      await mkdir(folder, { recursive: true });
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await link(temporary, join(folder, aliasFile(number)));
      return true;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' && syscall === 'link') return false;
      throw new UnreachableRegistryError(error);
    } finally {
      // what is left of it is hidden and read by nobody
      await rm(temporary, { force: true }).catch(() => {});
    }
  }
}
