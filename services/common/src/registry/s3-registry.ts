import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Aliases } from '../contracts/aliases.ts';
import { aliasFile, aliasNumber, type NumberedAliases, parseAliases, printAliases } from './alias-file.ts';
import { NoSuchFileError, type Registry, UnreachableRegistryError, versionNumbers } from './registry.ts';

/** Milliseconds for one object, however large. */
const READ_MS = 60_000;
/** After this long the whole history is listed again: somebody may have begun it anew. */
const LIST_MS = 300_000;
/** Times that a write is tried which S3 refused for another one at the same moment. */
const TRIES = 3;

export interface S3RegistryOptions {
  client: S3Client;
  bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  prefix: string;
  /** Names in one answer of a list. */
  pageSize?: number;
}

const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/**
 * The registry in a bucket, as in a folder: `<prefix>/<model>/<version>/…` and `<prefix>/<model>/aliases/000001.json …`.
 * Made to be asked every few seconds: a list costs as much as twelve reads, so that the next alias state is looked for
 * by its name, and a model that was seen is not listed again.
 */
export class S3Registry implements Registry {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #pageSize: number;
  /** Models that were seen to have a version. */
  readonly #seen = new Set<string>();
  readonly #newest = new Map<string, { aliases: NumberedAliases | undefined; listedAt: number }>();

  constructor({ client, bucket, prefix, pageSize = 1000 }: S3RegistryOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix ? `${prefix}/` : '';
    this.#pageSize = pageSize;
  }

  async models(): Promise<string[]> {
    const { folders } = await this.#list('');
    for (const name of folders)
      if (!this.#seen.has(name) && (await this.versions(name)).length) this.#seen.add(name);
    return folders.filter((name) => this.#seen.has(name)).sort();
  }

  async versions(model: string): Promise<string[]> {
    return versionNumbers((await this.#list(`${model}/`)).folders);
  }

  async read(model: string, version: string, file: string): Promise<Uint8Array> {
    const key = `${model}/${version}/${file}`;
    const bytes = await this.#get(key);
    if (!bytes) throw new NoSuchFileError(`there is no ${key}`);
    return bytes;
  }

  async aliases(model: string, wanted?: number): Promise<NumberedAliases | undefined> {
    if (wanted === undefined) return this.#newestAliases(model);
    const bytes = await this.#getAliases(model, wanted);
    return bytes && parseAliases(wanted, Buffer.from(bytes).toString('utf8'));
  }

  async append(model: string, number: number, state: Aliases): Promise<boolean> {
    const key = `${model}/aliases/${aliasFile(number)}`;
    const body = printAliases(state);
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#client.send(
          new PutObjectCommand({
            Bucket: this.#bucket,
            Key: this.#prefix + key,
            Body: body,
            ContentType: 'application/json',
            IfNoneMatch: '*',
          }),
        );
        return true;
      } catch (error) {
        // 409: another conditional write was under way at the same moment
        if (statusOf(error) === 409 && attempt < TRIES) continue;
        if (statusOf(error) !== 412) throw new UnreachableRegistryError(error);
        // the SDK may have tried again after an answer that was lost: then it is ours that is there
        const { attempts = 1 } = (error as S3ServiceException).$metadata;
        const kept = attempts + attempt > 2 ? await this.#get(key) : undefined;
        return kept !== undefined && Buffer.from(kept).toString('utf8') === body;
      }
    }
  }

  async #newestAliases(model: string): Promise<NumberedAliases | undefined> {
    const before = this.#newest.get(model);
    const known = before && Date.now() - before.listedAt < LIST_MS ? before : undefined;
    let number = known ? (known.aliases?.number ?? 0) : await this.#listNewest(model);
    let found: Uint8Array | undefined;
    for (;;) {
      const next = await this.#getAliases(model, number + 1);
      if (!next) break;
      found = next;
      number++;
    }
    if (known && !found) return known.aliases;
    const bytes = found ?? (number ? await this.#getAliases(model, number) : undefined);
    const aliases = bytes && parseAliases(number, Buffer.from(bytes).toString('utf8'));
    this.#newest.set(model, { aliases, listedAt: known?.listedAt ?? Date.now() });
    return aliases;
  }

  /** @returns 0 where there is none */
  async #listNewest(model: string): Promise<number> {
    const { files } = await this.#list(`${model}/aliases/`);
    return Math.max(0, ...files.flatMap((name) => aliasNumber(name) ?? []));
  }

  #getAliases(model: string, number: number): Promise<Uint8Array | undefined> {
    return this.#get(`${model}/aliases/${aliasFile(number)}`);
  }

  /** Names directly below a path of the registry. */
  async #list(path: string): Promise<{ folders: string[]; files: string[] }> {
    const prefix = this.#prefix + path;
    const folders: string[] = [];
    const files: string[] = [];
    try {
      for await (const page of paginateListObjectsV2(
        { client: this.#client, pageSize: this.#pageSize },
        { Bucket: this.#bucket, Prefix: prefix, Delimiter: '/' },
      )) {
        for (const { Prefix = '' } of page.CommonPrefixes ?? [])
          folders.push(Prefix.slice(prefix.length, -1));
        for (const { Key = '' } of page.Contents ?? []) files.push(Key.slice(prefix.length));
      }
    } catch (error) {
      throw new UnreachableRegistryError(error);
    }
    return { folders, files };
  }

  /** @returns undefined where there is no such object */
  async #get(key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body: body } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }),
        { abortSignal: AbortSignal.timeout(READ_MS) },
      );
      return await body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw new UnreachableRegistryError(error);
    }
  }
}
