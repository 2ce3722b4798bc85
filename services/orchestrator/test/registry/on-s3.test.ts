import { readFile } from 'node:fs/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { FolderObjects } from '@tristore/local/s3/folder-objects.ts';
import { startS3 } from '@tristore/local/s3/server.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { changeAlias } from '../../src/registry/change-alias.ts';
import { describeModel, describeModels } from '../../src/registry/describe-models.ts';
import { VersionSummaries } from '../../src/registry/version-summaries.ts';
import { REGISTRY } from '../build.ts';

const Bucket = 'models';
const MODEL = 'credit-default';

t.test('on S3: two replicas see one history; S3 that is away is 503, never an empty list', async (t) => {
  const server = await startS3(new FolderObjects(testFolder(t)));
  t.teardown(() => server.close());
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  const manifest = await readFile(`${REGISTRY}${MODEL}/1/manifest.json`);
  await client.send(new PutObjectCommand({ Bucket, Key: `${MODEL}/1/manifest.json`, Body: manifest }));
  const replica = () => {
    const registry = new S3Registry({ client, bucket: Bucket, prefix: '' });
    return { registry, summaries: new VersionSummaries(registry) };
  };
  const [one, other] = [replica(), replica()];
  const ask = (expectedNumber: number) => ({
    model: MODEL,
    change: { alias: 'champion', version: '1' } as const,
    reason: 'first',
    by: 'test',
    expectedNumber,
  });

  t.notOk('aliases' in (await describeModel(other, MODEL, 10)), 'and remembers that there was none');
  t.match(await changeAlias(one.registry, ask(0)), { before: 0, after: { number: 1, champion: '1' } });
  const seen = await describeModel(other, MODEL, 10);
  t.match(seen, { aliases: { number: 1, champion: '1' }, history: [{ number: 1 }] });
  await t.rejects(changeAlias(other.registry, ask(0)), { code: 'conflict', message: /number 1 now/ });

  await server.close();
  const away = { code: 'registry_unavailable', retryAfter: 1 };
  await t.rejects(describeModels(one), away);
  await t.rejects(describeModel(one, MODEL, 10), away);
  await t.rejects(changeAlias(one.registry, ask(1)), away);
});
