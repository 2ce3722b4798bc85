import type { StoredObject } from './folder-objects.ts';
import { xml } from './xml.ts';

export interface ListQuery {
  bucket: string;
  prefix: string;
  delimiter: string;
  startAfter: string;
  maxKeys: number;
}

/** A page of ListObjectsV2: keys below a common prefix are folded into it, and the last name is the next token. */
export function listObjects(objects: readonly StoredObject[], query: ListQuery): string {
  const { bucket, prefix, delimiter, startAfter, maxKeys } = query;
  const names = new Map<string, StoredObject | undefined>();
  let truncated = false;
  for (const object of objects) {
    const cut = delimiter ? object.key.indexOf(delimiter, prefix.length) : -1;
    const name = cut < 0 ? object.key : object.key.slice(0, cut + delimiter.length);
    if (name <= startAfter || names.has(name)) continue;
    if (names.size === maxKeys) {
      truncated = true;
      break;
    }
    names.set(name, cut < 0 ? object : undefined);
  }
  const contents = [...names.values()].flatMap((object) =>
    object
      ? [
          {
            Key: object.key,
            LastModified: object.modified.toISOString(),
            Size: object.bytes,
            StorageClass: 'STANDARD',
          },
        ]
      : [],
  );
  const folded = [...names].filter(([, object]) => !object).map(([name]) => ({ Prefix: name }));
  return xml('ListBucketResult', {
    Name: bucket,
    Prefix: prefix,
    KeyCount: names.size,
    MaxKeys: maxKeys,
    ...(delimiter && { Delimiter: delimiter }),
    IsTruncated: truncated,
    ...(truncated && {
      NextContinuationToken: Buffer.from([...names.keys()].at(-1) ?? '').toString('base64url'),
    }),
    Contents: contents,
    CommonPrefixes: folded,
  });
}
