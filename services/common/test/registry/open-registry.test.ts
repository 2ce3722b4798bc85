import { join } from 'node:path';
import t from 'tap';
import { openRegistry } from '../../src/registry/open-registry.ts';
import { S3Registry } from '../../src/registry/s3-registry.ts';
import { testFolder } from '../test-folder.ts';

t.test('a registry is a folder, a file: URL or an s3: URL', async (t) => {
  const root = testFolder(t, { m: { 1: {} } });
  t.same(await (await openRegistry(`file://${root}`)).models(), ['m']);
  t.same(await (await openRegistry(root)).models(), ['m']);
  for (const url of ['s3://models', 's3://models/', 's3://models/a/b', 's3://models/a/b/'])
    t.ok((await openRegistry(url)) instanceof S3Registry, url);
});

t.test('what is none says so', async (t) => {
  const root = testFolder(t, { 'a-file': 'x' });
  const cases: [string, RegExp][] = [
    ['ftp://x/y', /neither a folder nor a file: or s3: URL/],
    ['s3://', /is not s3:\/\/bucket or s3:\/\/bucket\/prefix/],
    ['s3://Big_Bucket/x', /is not s3:/],
    [join(root, 'nowhere'), /there is no folder .*nowhere/],
    [join(root, 'a-file'), /there is no folder .*a-file/],
  ];
  for (const [location, message] of cases)
    await t.rejects(openRegistry(location), { name: 'StartupError', message }, location);
});
