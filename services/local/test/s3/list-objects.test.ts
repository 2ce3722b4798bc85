import {
  CreateBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { FolderObjects } from '../../src/s3/folder-objects.ts';
import { startS3 } from '../../src/s3/server.ts';
import { clientsOf } from '../started.ts';

const Bucket = 'things';
const KEYS = ['a.txt', 'a/1', 'a/2', 'a/b/3', 'b/4', 'c', 'z & <y>'];

t.test('listing', async (t) => {
  const server = await startS3(new FolderObjects(testFolder(t)));
  const { endpoint } = server;
  const { s3 } = clientsOf({ s3: endpoint, dynamodb: endpoint, firehose: endpoint, sns: endpoint });
  t.teardown(() => {
    s3.destroy();
    return server.close();
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
  const none = await s3.send(new ListObjectsV2Command({ Bucket }));
  t.match(none, { KeyCount: 0, IsTruncated: false, Contents: undefined });
  for (const Key of [...KEYS].reverse()) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));

  const list = async (query: object) => {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ...query }));
    return {
      keys: (page.Contents ?? []).map(({ Key }) => Key),
      folders: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    };
  };

  await t.test('all, in the order of their bytes, with sizes and times', async (t) => {
    t.same(await list({}), { keys: KEYS, folders: [] });
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
    t.match(Contents?.[0], { Key: 'a.txt', Size: 5, LastModified: Date });
  });

  await t.test('by prefix, which need not end at a folder', async (t) => {
    t.same(await list({ Prefix: 'a/' }), { keys: ['a/1', 'a/2', 'a/b/3'], folders: [] });
    t.same((await list({ Prefix: 'a' })).keys, ['a.txt', 'a/1', 'a/2', 'a/b/3']);
    t.same(await list({ Prefix: 'none' }), { keys: [], folders: [] });
  });

  await t.test('a delimiter folds what lies deeper', async (t) => {
    t.same(await list({ Delimiter: '/' }), { keys: ['a.txt', 'c', 'z & <y>'], folders: ['a/', 'b/'] });
    t.same(await list({ Delimiter: '/', Prefix: 'a/' }), { keys: ['a/1', 'a/2'], folders: ['a/b/'] });
  });

  await t.test('page by page nothing is missed or given twice', async (t) => {
    for (const MaxKeys of [1, 2, 3, 7]) {
      const keys: (string | undefined)[] = [];
      const folders: (string | undefined)[] = [];
      let pages = 0;
      for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Delimiter: '/', MaxKeys })) {
        pages += 1;
        t.ok((page.KeyCount ?? 0) <= MaxKeys);
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
        folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      }
      t.same({ keys, folders }, { keys: ['a.txt', 'c', 'z & <y>'], folders: ['a/', 'b/'] });
      t.equal(pages, Math.ceil(5 / MaxKeys));
    }
  });

  await t.test('after a key', async (t) => {
    t.same((await list({ StartAfter: 'b/4' })).keys, ['c', 'z & <y>']);
  });
});
