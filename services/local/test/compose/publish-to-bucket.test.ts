import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { readManifest, readVerified } from '@tristore/common/registry/read-version.ts';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { BUCKETS } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { publishToBucket } from '../../src/compose/publish-to-bucket.ts';
import { start } from '../started.ts';

const COMMITTED = fileURLToPath(new URL('../../../../model-artifacts', import.meta.url));
const bucket = BUCKETS.artifacts;

t.test('the committed versions and aliases are published once, and a broken upload is mended', async (t) => {
  const { clients } = await start(t, testFolder(t));
  const publish = () => publishToBucket(COMMITTED, clients.s3, bucket);
  const registry = () => new S3Registry({ client: clients.s3, bucket, prefix: '' });
  await publish();
  const manifest = await readManifest(registry(), 'credit-default', '1');
  for (const file of Object.keys(manifest.files)) await readVerified(registry(), manifest, file);
  t.match(await registry().aliases('credit-default'), { number: 1, state: { champion: '1' } });

  const promoted = {
    champion: '1',
    shadows: [],
    changed_at: '2026-03-04T05:06:07Z',
    changed_by: 't',
    reason: 't',
  };
  t.equal(await registry().append('credit-default', 2, promoted), true);
  const Key = 'credit-default/1/model.json';
  await clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  await publish();
  t.equal((await registry().aliases('credit-default'))?.number, 2, 'what was promoted there stays');
  const kept = await registry().read('credit-default', '1', 'model.json');
  t.equal(Buffer.from(kept).toString(), readFileSync(`${COMMITTED}/${Key}`, 'utf8'));
});
