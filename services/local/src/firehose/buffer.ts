import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '../sync-path.ts';

const EXTENSION = '.ndjson';

/** A record as it waits: when it came, and its bytes. */
export interface BufferedRecord {
  arrivedAt: Date;
  data: Buffer;
}

/** A closed part of the buffer; `id` stays the same when a later process delivers it again. */
export interface Batch {
  id: string;
  records: BufferedRecord[];
}

const lineOf = ({ arrivedAt, data }: BufferedRecord) =>
  `${JSON.stringify({ at: arrivedAt.toISOString(), data: data.toString('base64') })}\n`;

function recordOf(line: string): BufferedRecord[] {
  try {
    const { at, data } = JSON.parse(line) as { at: string; data: string };
    return [{ arrivedAt: new Date(at), data: Buffer.from(data, 'base64') }];
  } catch {
    // torn by a crash in the middle of a write: it was never acknowledged
    return [];
  }
}

/**
 * What a stream was given and has not delivered: files in a folder of its own. A file is written by one process and up
 * to its first fault only, so a torn line is always the last of its file and no later record can be glued to it.
 */
export class StreamBuffer {
  readonly #folder: string;
  #file: FileHandle | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #gathered: BufferedRecord[] = [];
  #gathering: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when the records are on disk; calls that come while one is written share the next write. */
  append(records: readonly BufferedRecord[]): Promise<void> {
    this.#gathered.push(...records);
    this.#gathering ??= this.#inTurn(async () => {
      const batch = this.#gathered;
      this.#gathered = [];
      this.#gathering = undefined;
      this.#file ??= await this.#newFile();
      try {
        await this.#file.writeFile(batch.map(lineOf).join(''));
        await this.#file.datasync();
      } catch (error) {
        await this.#closeFile();
        throw error;
      }
    });
    return this.#gathering;
  }

  /** Closes the open part, and returns all that waits, oldest first, that of an earlier process too. */
  take(): Promise<Batch[]> {
    return this.#inTurn(async () => {
      await this.#closeFile();
      const files = await this.#files();
      return Promise.all(
        files.map(async (file) => {
          const lines = (await readFile(join(this.#folder, file), 'utf8')).split('\n').filter(Boolean);
          return { id: file.slice(0, -EXTENSION.length), records: lines.flatMap(recordOf) };
        }),
      );
    });
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#files()).length === 0;
  }

  async remove(batch: Batch): Promise<void> {
    await rm(join(this.#folder, batch.id + EXTENSION), { force: true });
  }

  async #newFile(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    const name = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID()}${EXTENSION}`;
    const file = await open(join(this.#folder, name), 'ax', 0o600);
    await syncPath(this.#folder);
    return file;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #files(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => name.endsWith(EXTENSION)).sort();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
