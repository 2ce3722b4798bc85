import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { FolderRegistry } from '@tristore/common/registry/folder-registry.ts';
import { NoSuchFileError, type Registry } from '@tristore/common/registry/registry.ts';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';

/** Written last: a version that has it is whole. */
const LAST = 'manifest.json';

const isWhole = (registry: Registry, model: string, version: string): Promise<boolean> =>
  registry.read(model, version, LAST).then(
    () => true,
    (error: Error) => {
      if (error instanceof NoSuchFileError) return false;
      throw error;
    },
  );

/** Publishes the versions of a folder into a bucket; a model without aliases there gets the folder's. */
export async function publishToBucket(from: string, client: S3Client, bucket: string): Promise<void> {
  const committed = new FolderRegistry(from);
  const served = new S3Registry({ client, bucket, prefix: '' });
  for (const model of await committed.models()) {
    for (const version of await committed.versions(model)) {
      if (await isWhole(served, model, version)) continue;
      const files = await readdir(join(from, model, version));
      for (const file of files.sort((a, b) => Number(a === LAST) - Number(b === LAST)))
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
