import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** The folder below the root of all spools; no replica's folder is called so. */
export const SET_ASIDE = 'set-aside';

/** Ends of the names of what is kept: a record with the reason, or the bytes of a damaged stretch as they were. */
export const RECORD_END = '.json';
export const DAMAGE_END = '.damaged';

/** Where what cannot be delivered is kept for a person to look at; it outlives the folders of replicas. */
export class SetAside {
  readonly #folder: string;
  readonly #log: Pick<Logger, 'error'>;
  records = 0;
  damagedBytes = 0;

  /** @param folder of one delivery stream */
  constructor(folder: string, log: Pick<Logger, 'error'>) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Keeps one record that the stream does not take. */
  async keepRecord(record: Uint8Array, reason: string): Promise<void> {
    const text = Buffer.from(record).toString('utf8');
    const kept = { set_aside_at: new Date().toISOString(), reason, record: text };
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

  /** Whole or not at all: what reads the folder finds no half of a file. */
  async #write(name: string, content: string | Uint8Array): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, name);
    try {
      await writeFile(`${file}.tmp`, content, { mode: 0o600 });
      await rename(`${file}.tmp`, file);
    } catch (error) {
      await rm(`${file}.tmp`, { force: true }).catch(() => undefined);
      throw error;
    }
    return file;
  }
}
