import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FolderObjects } from '@tristore/local/s3/folder-objects.ts';
import { startS3 } from '@tristore/local/s3/server.ts';
import t, { type Test } from 'tap';
import { S3Registry } from '../../src/registry/s3-registry.ts';
import { openGateway } from '../gateway.ts';
import { testFolder } from '../test-folder.ts';
import { aliasesOf, registryContract } from './contract.ts';

const Bucket = 'models';

/** The registry on the embedded S3, on the wire, behind a gateway. */
async function build(t: Test, { prefix = '', pageSize = 1000 } = {}) {
  const server = await startS3(new FolderObjects(testFolder(t)));
  const gateway = await openGateway(t, server.endpoint);
  const client = new S3Client({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 2,
    requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true },
  });
  t.teardown(async () => {
    client.destroy();
    await server.close();
  });
  await client.send(new CreateBucketCommand({ Bucket }));
  const again = () => new S3Registry({ client, bucket: Bucket, prefix, pageSize });
  const put = async (path: string, Body: string) => {
    await client.send(new PutObjectCommand({ Bucket, Key: prefix ? `${prefix}/${path}` : path, Body }));
  };
  return { registry: again(), again, put, gateway, client };
}

for (const options of [{}, { prefix: 'a/registry' }, { prefix: 'paged', pageSize: 1 }])
  t.test(`on S3 ${JSON.stringify(options)}`, async (t) => {
    registryContract(t, (t) => build(t, options));
  });

t.test('a prefix does not see its neighbours', async (t) => {
  const { registry, put, client } = await build(t, { prefix: 'ours' });
  await put('m/1/x', 'x');
  await client.send(new PutObjectCommand({ Bucket, Key: 'ours-too/n/1/x', Body: 'x' }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'n/1/x', Body: 'x' }));
  t.same(await registry.models(), ['m']);
});

t.test('a poll costs one list of the models and one read by name for each model', async (t) => {
  const { registry, put, gateway } = await build(t);
  await put('m/1/x', 'x');
  await registry.append('m', 1, aliasesOf('1'));
  const poll = async () => {
    await registry.models();
    return registry.aliases('m');
  };
  await poll();
  gateway.calls = {};
  t.match(await poll(), { number: 1 });
  t.strictSame(gateway.calls, { GET: 2 });
});

t.test(
  'an append whose answer was lost knows that it won; one that was overtaken, that it lost',
  async (t) => {
    const { registry, gateway } = await build(t);
    gateway.mode = 'lose';
    const back = setInterval(() => {
      if ((gateway.calls['PUT'] ?? 0) > 1) gateway.mode = 'pass';
    }, 1);
    t.teardown(() => clearInterval(back));
    t.equal(await registry.append('m', 1, aliasesOf('1')), true);
    t.match(await registry.aliases('m'), { number: 1, state: { champion: '1' } });
    t.equal(await registry.append('m', 1, aliasesOf('2')), false);
  },
);

t.test('S3 that is away is told from a file that is not there', async (t) => {
  const { registry, put, gateway } = await build(t);
  await put('m/1/x', 'x');
  gateway.mode = 'fail';
  for (const ask of [
    () => registry.models(),
    () => registry.versions('m'),
    () => registry.read('m', '1', 'x'),
    () => registry.aliases('m'),
    () => registry.append('m', 1, aliasesOf('1')),
  ])
    await t.rejects(ask as () => Promise<unknown>, { name: 'UnreachableRegistryError' });
  gateway.mode = 'pass';
  t.same(await registry.models(), ['m']);
});

t.test('a bucket that does not exist is no empty registry', async (t) => {
  const { client } = await build(t);
  const registry = new S3Registry({ client, bucket: 'other', prefix: '' });
  await t.rejects(registry.models(), { name: 'UnreachableRegistryError', message: /bucket does not exist/ });
  await t.rejects(registry.read('m', '1', 'x'), { name: 'UnreachableRegistryError' });
});
