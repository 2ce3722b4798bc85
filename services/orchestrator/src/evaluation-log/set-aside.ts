import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** The folder below the root of all spools; no replica's folder is called so. */
export const SET_ASIDE = 'set-aside';

/** Ends of the names of what is kept: a record with the reason, or the bytes of a damaged stretch as they were. */
export const RECORD_END = '.json';
export const DAMAGE_END = '.damaged';

/** What is in the file of a record. */
export interface KeptRecord {
  set_aside_at: string;
  reason: string;
  record: string;
}

/** Writes one file, whole or not at all. @returns where it is */
export type WriteFile = (name: string, content: string | Uint8Array) => Promise<string>;

/** Where what cannot be delivered to one stream is kept for a person to look at. */
export class SetAside {
  readonly #write: WriteFile;
  readonly #log: Pick<Logger, 'error'>;
  records = 0;
  damagedBytes = 0;

  constructor(write: WriteFile, log: Pick<Logger, 'error'>) {
    this.#write = write;
    this.#log = log;
  }

  /** Keeps one record that the stream does not take. */
  async keepRecord(record: Uint8Array, reason: string): Promise<void> {
    const text = Buffer.from(record).toString('utf8');
    const kept: KeptRecord = { set_aside_at: new Date().toISOString(), reason, record: text };
    const file = await this.#write(`${randomUUID()}${RECORD_END}`, `${JSON.stringify(kept)}\n`);
    this.records++;
    this.#log.error({ file, reason }, 'a record that is not taken was set aside');
  }

  /** Keeps a stretch of a segment that holds no whole record. @param place names segment and offset */
  async keepDamage(bytes: Uint8Array, place: string): Promise<void> {
    const file = await this.#write(`${place}${DAMAGE_END}`, bytes);
    this.damagedBytes += bytes.length;
    this.#log.error({ file, bytes: bytes.length }, 'a damaged part of the spool was set aside');
  }
}

/** Set aside on disk, below the root of all spools: it outlives the folders of replicas. */
export function setAsideIn(root: string, stream: string, log: Pick<Logger, 'error'>): SetAside {
  const folder = join(root, SET_ASIDE, stream);
  return new SetAside(async (name, content) => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, name);
    try {
      await writeFile(`${file}.tmp`, content, { mode: 0o600 });
      await rename(`${file}.tmp`, file);
    } catch (error) {
      await rm(`${file}.tmp`, { force: true }).catch(() => undefined);
      throw error;
    }
    return file;
  }, log);
}
