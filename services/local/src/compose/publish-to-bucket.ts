import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';

/** Written first, so that nobody takes the version for one without a manifest. */
const FIRST = 'manifest.json';

async function filesAt(client: S3Client, bucket: string, prefix: string): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
    for (const { Key = '' } of page.Contents ?? []) found.add(Key.slice(prefix.length));
  return found;
}

/** Publishes what a bucket lacks of a folder's versions; a model without aliases there gets the folder's, at last. */
export async function publishToBucket(from: string, client: S3Client, bucket: string): Promise<void> {
  const committed = new FolderRegistry(from);
  const served = new S3Registry({ client, bucket, prefix: '' });
  for (const model of await committed.models()) {
    for (const version of await committed.versions(model)) {
      const there = await filesAt(client, bucket, `${model}/${version}/`);
      const files = await readdir(join(from, model, version));
      for (const file of files.sort((a, b) => Number(b === FIRST) - Number(a === FIRST)))
        if (!there.has(file))
          await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: `${model}/${version}/${file}`,
              Body: await readFile(join(from, model, version, file)),
            }),
          );
    }
    const newest = await committed.aliases(model);
    if (newest && !(await served.aliases(model))) await served.append(model, 1, newest.state);
  }
}
