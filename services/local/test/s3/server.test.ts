import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import t, { type Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { FolderObjects } from '../../src/s3/folder-objects.ts';
import { startS3 } from '../../src/s3/server.ts';
import { clientsOf } from '../started.ts';

const Bucket = 'things';

async function started(t: Test): Promise<{ s3: S3Client; root: string; endpoint: string }> {
  const root = testFolder(t);
  const server = await startS3(new FolderObjects(root));
  const { endpoint } = server;
  const { s3 } = clientsOf({ s3: endpoint, dynamodb: endpoint, firehose: endpoint, sns: endpoint });
  t.teardown(() => {
    s3.destroy();
    return server.close();
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
  return { s3, root, endpoint };
}

const put = (s3: S3Client, Key: string, Body = Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (s3: S3Client, Key: string, Range?: string) => {
  const { Body, ContentRange } = await s3.send(new GetObjectCommand({ Bucket, Key, Range }));
  return { text: await Body?.transformToString(), range: ContentRange };
};

t.test('buckets are made twice without harm, headed and listed', async (t) => {
  const { s3 } = await started(t);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new HeadBucketCommand({ Bucket }));
  await t.rejects(s3.send(new HeadBucketCommand({ Bucket: 'other' })), { name: 'NotFound' });
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  t.same(
    Buckets?.map(({ Name }) => Name),
    [Bucket],
  );
});

t.test('an object is put, read, headed and deleted, and is a plain file', async (t) => {
  const { s3, root } = await started(t);
  const key = 'a/b c/ü+&=%.txt';
  const { ETag } = await put(s3, key, 'hello');
  t.equal(readFileSync(join(root, Bucket, key), 'utf8'), 'hello');
  t.equal((await read(s3, key)).text, 'hello');
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: key }));
  t.match(head, { ContentLength: 5, ETag, LastModified: Date });
  t.equal(ETag, '"5d41402abc4b2a76b9719d911017c592"', 'the MD5 of the body');

  await put(s3, key, 'again');
  t.equal((await read(s3, key)).text, 'again', 'overwritten');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  t.notOk(existsSync(join(root, Bucket, key)));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  await t.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: key })), { name: 'NotFound' });
});

t.test('what is not there has its own error', async (t) => {
  const { s3 } = await started(t);
  await put(s3, 'folder/object');
  for (const Key of ['none', 'folder', 'folder/object/below'])
    await t.rejects(s3.send(new GetObjectCommand({ Bucket, Key })), { name: 'NoSuchKey' }, Key);
  const other = { Bucket: 'other', Key: 'k' };
  await t.rejects(s3.send(new GetObjectCommand(other)), { name: 'NoSuchBucket' });
  await t.rejects(s3.send(new PutObjectCommand({ ...other, Body: 'x' })), { name: 'NoSuchBucket' });
  await t.rejects(s3.send(new ListObjectsV2Command({ Bucket: 'other' })), { name: 'NoSuchBucket' });
});

t.test('If-None-Match: * lets one of many writers win', async (t) => {
  const { s3, root } = await started(t);
  const race = await Promise.allSettled(
    ['1', '2', '3', '4'].map((Body) =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'aliases/000001.json', Body, IfNoneMatch: '*' })),
    ),
  );
  const lost = race.filter((result) => result.status === 'rejected');
  t.equal(lost.length, 3);
  for (const { reason } of lost)
    t.match(reason, { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  const winner = race.findIndex(({ status }) => status === 'fulfilled');
  t.equal((await read(s3, 'aliases/000001.json')).text, String(winner + 1));
  t.same(readdirSync(join(root, '.tmp')), [], 'nothing is left of the others');
});

t.test('ranges: first to last, open, suffix, and one that cannot be', async (t) => {
  const { s3 } = await started(t);
  await put(s3, 'digits', '0123456789');
  t.same(await read(s3, 'digits', 'bytes=2-4'), { text: '234', range: 'bytes 2-4/10' });
  t.same(await read(s3, 'digits', 'bytes=7-'), { text: '789', range: 'bytes 7-9/10' });
  t.same(await read(s3, 'digits', 'bytes=-3'), { text: '789', range: 'bytes 7-9/10' });
  t.same(await read(s3, 'digits', 'bytes=8-99'), { text: '89', range: 'bytes 8-9/10' });
  await t.rejects(read(s3, 'digits', 'bytes=10-11'), { name: 'InvalidRange' });
});

t.test('a stream goes in chunks with a trailing checksum, and is stored without their frame', async (t) => {
  const { s3 } = await started(t);
  const text = 'a line of it\r\n'.repeat(20_000);
  const Body = Readable.from([Buffer.from(text.slice(0, 70_001)), Buffer.from(text.slice(70_001))]);
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: 'streamed',
      Body,
      ContentLength: text.length,
      ChecksumAlgorithm: 'CRC32',
    }),
  );
  t.equal((await read(s3, 'streamed')).text, text);
});

t.test('a broken aws-chunked body is refused, and nothing is stored', async (t) => {
  const { s3, endpoint } = await started(t);
  const answer = await fetch(`${endpoint}/${Bucket}/broken`, {
    method: 'PUT',
    headers: { 'content-encoding': 'aws-chunked' },
    body: 'ff\r\nshort',
  });
  t.equal(answer.status, 400);
  t.match(await answer.text(), /aws-chunked/);
  await t.rejects(read(s3, 'broken'), { name: 'NoSuchKey' });
});

t.test('a key that would leave its bucket is refused', async (t) => {
  const { s3, root } = await started(t);
  await s3.send(new CreateBucketCommand({ Bucket: 'victim' }));
  for (const Key of ['../victim/x', 'a/../../victim/x', '..', 'a/./b', 'a//b'])
    await t.rejects(put(s3, Key, 'out'), { name: 'InvalidArgument' }, Key);
  t.same(readdirSync(join(root, 'victim')), []);
  t.same(
    readdirSync(root)
      .filter((name) => name !== '.tmp')
      .sort(),
    ['things', 'victim'],
  );
  t.notOk(
    existsSync(join(root, '.tmp')) && readdirSync(join(root, '.tmp')).length,
    'no temporary file stays',
  );
});

t.test('a folder cannot keep a/b beside an object a: refused, and the object stays', async (t) => {
  const { s3 } = await started(t);
  await put(s3, 'a');
  await put(s3, 'c/d');
  await t.rejects(put(s3, 'a/b'), { name: 'InvalidArgument' });
  await t.rejects(put(s3, 'c'), { name: 'InvalidArgument' });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'c' }));
  t.equal((await read(s3, 'a')).text, 'a');
  t.equal((await read(s3, 'c/d')).text, 'c/d');
});

t.test('what is not embedded says so', async (t) => {
  const { endpoint } = await started(t);
  for (const [method, path] of [
    ['POST', `${Bucket}/k?uploads`],
    ['POST', `${Bucket}/k`],
    ['DELETE', Bucket],
  ] as const) {
    const answer = await fetch(`${endpoint}/${path}`, { method });
    t.equal(answer.status, 501);
    t.match(await answer.text(), /<Code>NotImplemented<\/Code>/);
  }
});

t.test('several objects are deleted at once', async (t) => {
  const { s3 } = await started(t);
  for (const key of ['a', 'b & <c>', 'd']) await put(s3, key);
  const Objects = [{ Key: 'a' }, { Key: 'b & <c>' }, { Key: 'never was' }];
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  t.equal(Deleted?.length, 3);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }));
  t.same(
    Contents?.map(({ Key }) => Key),
    ['d'],
  );
});
