import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { StartupError } from '@tristore/common/errors.ts';
import { parserOf } from '@tristore/common/validate.ts';
import { type Static, Type } from 'typebox';

/** What an import that was cut off leaves beside its input. */
const State = Type.Object({
  /** Of everything that must be the same for the rest to follow: the file's bytes, the target, the options. */
  fingerprint: Type.String(),
  started_at: Type.String({ format: 'date-time' }),
  rows_done: Type.Integer({ minimum: 0 }),
});
export type ImportState = Static<typeof State>;

const parse = parserOf(State, 'progress file');

/** SHA-256 of a file's bytes and of what else decides which rows go where. */
export async function fingerprintOf(path: string, facts: object): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The progress of one import in a file of its own, each time written whole. */
export class StateFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns what was left, or undefined where there is nothing or nothing that can be read */
  async read(): Promise<ImportState | undefined> {
    try {
      return parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** @throws StartupError where the folder cannot be written */
  async keep(state: ImportState): Promise<void> {
    try {
      await writeFile(`${this.#path}.part`, `${JSON.stringify(state)}\n`);
      await rename(`${this.#path}.part`, this.#path);
    } catch (error) {
      throw new StartupError(
        `the progress cannot be kept (${(error as Error).message}); --progress FILE names another place`,
      );
    }
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
