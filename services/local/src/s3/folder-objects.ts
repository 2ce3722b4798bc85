import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { syncPath } from '../sync-path.ts';

const TEMPORARY = '.tmp';

/** S3 keeps `a` beside `a/b` and names of 1,024 bytes; a folder does not. */
const UNSTORABLE = ['EEXIST', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'ENOTEMPTY'];

export interface StoredObject {
  key: string;
  bytes: number;
  modified: Date;
}

export const etagOf = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`;

const code = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** Buckets and objects as plain folders and files, so that DuckDB and Trino read them where they lie. */
export class FolderObjects {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** The file of an object. @throws RangeError for a key that would leave its bucket */
  pathOf(bucket: string, key: string): string {
    const bad = (part: string) => part === '' || part === '.' || part === '..' || part.includes('\0');
    if (key.split('/').some(bad))
      throw new RangeError(`the key ${JSON.stringify(key)} is no path inside a bucket`);
    return join(this.#bucketPath(bucket), ...key.split('/'));
  }

  #bucketPath(bucket: string): string {
    if (!/^[a-z0-9][a-z0-9.-]{2,62}$/.test(bucket))
      throw new RangeError(`${JSON.stringify(bucket)} is no bucket's name`);
    return join(this.root, bucket);
  }

  async createBucket(bucket: string): Promise<void> {
    await makeFolder(this.#bucketPath(bucket));
  }

  async buckets(): Promise<string[]> {
    await mkdir(this.root, { recursive: true });
    return (await readdir(this.root)).filter((name) => name !== TEMPORARY).sort();
  }

  async hasBucket(bucket: string): Promise<boolean> {
    return (await this.buckets()).includes(bucket);
  }

  /** Writes whole or not at all, and is on disk when it resolves. @returns false where `onlyNew` and it exists */
  async put(bucket: string, key: string, body: Uint8Array, onlyNew = false): Promise<boolean> {
    this.pathOf(bucket, key); // a bad key is refused before anything is written
    const temporary = await this.temporaryFile();
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    return this.adopt(bucket, key, temporary, onlyNew);
  }

  /** Moves a finished file into its place as an object. */
  async adopt(bucket: string, key: string, from: string, onlyNew = false): Promise<boolean> {
    const to = this.pathOf(bucket, key);
    try {
      await syncPath(from);
      await makeFolder(dirname(to));
      if (onlyNew) await link(from, to);
      else await rename(from, to);
    } catch (error) {
      if (onlyNew && code(error) === 'EEXIST') return false;
      if (UNSTORABLE.includes(code(error) ?? ''))
        throw new RangeError(`a folder cannot keep ${JSON.stringify(key)} beside what it holds already`);
      throw error;
    } finally {
      await rm(from, { force: true });
    }
    await syncPath(dirname(to));
    return true;
  }

  async get(bucket: string, key: string): Promise<{ body: Buffer; modified: Date } | undefined> {
    try {
      const path = this.pathOf(bucket, key);
      const [body, { mtime }] = await Promise.all([readFile(path), stat(path)]);
      return { body, modified: mtime };
    } catch (error) {
      if (['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'].includes(code(error) ?? '')) return undefined;
      throw error;
    }
  }

  async delete(bucket: string, key: string): Promise<void> {
    await rm(this.pathOf(bucket, key), { force: true }).catch((error: unknown) => {
      // what is a folder or lies below a file is no object, and S3 deletes what is not there
      if (!['ERR_FS_EISDIR', 'ENOTDIR'].includes(code(error) ?? '')) throw error;
    });
  }

  /** All objects under a prefix, in the order of their keys. */
  async list(bucket: string, prefix = ''): Promise<StoredObject[]> {
    const root = join(this.root, bucket);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const keys = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return Promise.all(
      keys.map(async (key) => {
        const { size, mtime } = await stat(join(root, key));
        return { key, bytes: size, modified: mtime };
      }),
    );
  }

  /** Throws away what writes that were cut off left behind. */
  async clearTemporary(): Promise<void> {
    await rm(join(this.root, TEMPORARY), { recursive: true, force: true });
  }

  async temporaryFile(extension = ''): Promise<string> {
    await mkdir(join(this.root, TEMPORARY), { recursive: true });
    return join(this.root, TEMPORARY, randomUUID() + extension);
  }
}

/** Makes a folder, and sees each new one's name written into the folder above it. */
async function makeFolder(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true });
  if (topmost === undefined) return;
  for (let made = folder; made.length >= topmost.length; made = dirname(made)) await syncPath(dirname(made));
}
