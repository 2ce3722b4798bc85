import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Aliases } from '../contracts/aliases.ts';
import { parserOf } from '../validate.ts';
import { NoSuchFileError, type Registry } from './registry.ts';

const parseAliases = parserOf(Aliases, 'aliases');
const missing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (missing(error)) return [];
    throw error;
  }
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
    const names = await list(join(this.#root, model)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return [];
      throw error;
    });
    return names.filter((name) => /^[1-9][0-9]*$/.test(name)).sort((a, b) => Number(a) - Number(b));
  }

  async read(model: string, version: string, file: string): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#root, model, version, file));
    } catch (error) {
      if (missing(error)) throw new NoSuchFileError((error as Error).message, { cause: error });
      throw error;
    }
  }

  async aliases(model: string): Promise<{ number: number; state: Aliases } | undefined> {
    const folder = join(this.#root, model, 'aliases');
    const newest = (await list(folder))
      .filter((name) => /^\d{6}\.json$/.test(name))
      .sort()
      .at(-1);
    if (!newest) return undefined;
    const state = parseAliases(JSON.parse(await readFile(join(folder, newest), 'utf8')));
    return { number: Number.parseInt(newest, 10), state };
  }

  async append(model: string, number: number, state: Aliases): Promise<boolean> {
    const folder = join(this.#root, model, 'aliases');
    await mkdir(folder, { recursive: true });
    const temporary = join(folder, `.${randomUUID()}`);
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(`${JSON.stringify(parseAliases(state), null, 2)}\n`);
      await file.sync();
      await link(temporary, join(folder, `${String(number).padStart(6, '0')}.json`));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await file.close();
      await rm(temporary, { force: true });
    }
  }
}
