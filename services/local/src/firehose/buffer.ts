import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const OPEN = 'open.ndjson';

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

/** What a stream was given and has not delivered: files in a folder of its own. */
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
      await mkdir(this.#folder, { recursive: true });
      this.#file ??= await open(join(this.#folder, OPEN), 'a', 0o600);
      await this.#file.writeFile(batch.map(lineOf).join(''));
      await this.#file.datasync();
    });
    return this.#gathering;
  }

  /** Closes the open part, and returns all that waits, oldest first. */
  take(): Promise<Batch[]> {
    return this.#inTurn(async () => {
      await this.#file?.close();
      this.#file = undefined;
      const name = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomUUID()}.closed.ndjson`;
      await rename(join(this.#folder, OPEN), join(this.#folder, name)).catch(ignoreAbsent);
      const closed = (await readdir(this.#folder).catch(() => [])).filter((file) =>
        file.endsWith('.closed.ndjson'),
      );
      return Promise.all(
        closed.sort().map(async (file) => {
          const lines = (await readFile(join(this.#folder, file), 'utf8')).split('\n').filter(Boolean);
          return { id: file.slice(0, -'.closed.ndjson'.length), records: lines.flatMap(recordOf) };
        }),
      );
    });
  }

  async remove(batch: Batch): Promise<void> {
    await rm(join(this.#folder, `${batch.id}.closed.ndjson`), { force: true });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
