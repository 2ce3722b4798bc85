import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { parseS3Location } from '@tristore/common/s3-location.ts';
import type { RescuedObject, RescueStore } from './rescue-store.ts';

export interface S3RescueStoreOptions {
  client: S3Client;
  bucket: string;
  prefix: string;
}

/** Rescued segments in a bucket. */
export class S3RescueStore implements RescueStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ client, bucket, prefix }: S3RescueStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix ? `${prefix}/` : '';
  }

  async put(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key, Body: bytes }),
      signal && { abortSignal: signal },
    );
    const kept = await this.get(key, signal);
    if (!kept.equals(bytes)) throw new Error(`${key} does not read back as it was written`);
  }

  async list(): Promise<RescuedObject[]> {
    const found: RescuedObject[] = [];
    for await (const page of paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucket, Prefix: this.#prefix },
    ))
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
        found.push({ key: Key.slice(this.#prefix.length), bytes: Size, modified: LastModified });
    return found;
  }

  async get(key: string, signal?: AbortSignal): Promise<Buffer> {
    const { Body } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }),
      signal && { abortSignal: signal },
    );
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }));
  }
}

/**
 * Opens what `s3://bucket/prefix` names; region, credentials and endpoint are the SDK's own business.
 * @throws StartupError naming the setting
 */
export function openS3RescueStore(
  location: string,
  setting: string,
  options: { pathStyle: boolean },
): S3RescueStore {
  const client = new S3Client({
    maxAttempts: 3,
    forcePathStyle: options.pathStyle,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 10_000,
      socketTimeout: 10_000,
      throwOnRequestTimeout: true,
    },
  });
  return new S3RescueStore({ client, ...parseS3Location(location, setting) });
}
