import {
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  NoSuchBucket,
  type S3Client,
} from '@aws-sdk/client-s3';
import { StartupError } from '@tristore/common/errors.ts';

/** One page after another; the SDK has no paginator for versions. */
async function* versionsIn(
  client: S3Client,
  bucket: string,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        KeyMarker: page?.NextKeyMarker,
        VersionIdMarker: page?.NextVersionIdMarker,
      }),
    );
    yield page;
  } while (page.IsTruncated);
}

/** Deletes every version of every object, and the markers of deleted ones. @returns how many; 0 where there is no bucket */
export async function emptyBucket(client: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  try {
    for await (const { Versions = [], DeleteMarkers = [] } of versionsIn(client, bucket)) {
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (!Objects.length) continue;
      const { Errors: [fault] = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      if (fault)
        throw new StartupError(`${bucket}/${fault.Key} cannot be deleted: ${fault.Message ?? fault.Code}`);
      deleted += Objects.length;
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
  }
  return deleted;
}
