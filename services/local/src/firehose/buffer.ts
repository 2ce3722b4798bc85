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

/** What a closed part of the buffer holds; `id` stays the same when a later process delivers it again. */
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
 * What a stream was given and has not delivered: files in a folder of its own, its parts. A file is written by one
 * process and up to its first fault only, so a torn line is always the last of its file and no later record can be glued
 * to it.
 */
export class StreamBuffer {
  readonly #folder: string;
  readonly #partBytes: number;
  #file: FileHandle | undefined;
  #bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #gathered: BufferedRecord[] = [];
  #gathering: Promise<void> | undefined;

  /** @param partBytes a part that holds so much of data is closed, since a part is read as a whole */
  constructor(folder: string, partBytes: number) {
    this.#folder = folder;
    this.#partBytes = partBytes;
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
        this.#bytes += batch.reduce((sum, { data }) => sum + data.length, 0);
        if (this.#bytes >= this.#partBytes) await this.#closeFile();
      } catch (error) {
        await this.#closeFile();
        throw error;
      }
    });
    return this.#gathering;
  }

  /** Closes the open part. @returns the ids of all that wait, oldest first, those of an earlier process too */
  close(): Promise<string[]> {
    return this.#inTurn(async () => {
      await this.#closeFile();
      return (await this.#files()).map((file) => file.slice(0, -EXTENSION.length));
    });
  }

  async read(id: string): Promise<Batch> {
    const lines = (await readFile(this.#path(id), 'utf8')).split('\n').filter(Boolean);
    return { id, records: lines.flatMap(recordOf) };
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#files()).length === 0;
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  #path(id: string): string {
    return join(this.#folder, id + EXTENSION);
  }

  async #newFile(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    const id = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID()}`;
    const file = await open(this.#path(id), 'ax', 0o600);
    await syncPath(this.#folder);
    return file;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#bytes = 0;
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
