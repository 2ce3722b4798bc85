import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { FolderObjects } from '@tristore/local/s3/folder-objects.ts';
import { startS3 } from '@tristore/local/s3/server.ts';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { writeVersion } from './fixtures.ts';
import { start } from './server-process.ts';

const Bucket = 'models';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

t.test(
  'a server follows a registry in S3: a promotion is served within 5 s, without a restart',
  async (t) => {
    const folder = testFolder(t);
    const server = await startS3(new FolderObjects(join(folder, 's3')));
    const client = new S3Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
    });
    t.teardown(async () => {
      client.destroy();
      await server.close();
    });
    await client.send(new CreateBucketCommand({ Bucket }));
    const registry = new S3Registry({ client, bucket: Bucket, prefix: 'live' });
    const publish = async (version: string, spoil = false) => {
      await writeVersion(folder, { version });
      const files = await readdir(join(folder, 'adder', version));
      for (const file of files.sort((a) => (a === 'manifest.json' ? -1 : 1))) {
        const Body = await readFile(join(folder, 'adder', version, file));
        if (spoil && file === 'weights.bin') Body.fill(1);
        await client.send(new PutObjectCommand({ Bucket, Key: `live/adder/${version}/${file}`, Body }));
      }
    };
    const promote = (number: number, champion: string, previous?: string) =>
      registry.append('adder', number, {
        champion,
        ...(previous && { previous_champion: previous }),
        shadows: [],
        changed_at: '2026-01-01T00:00:00Z',
        changed_by: 'test',
        reason: 'test',
      });
    await publish('1');
    await promote(1, '1');
    const { listening } = start(t, {
      REGISTRY: `s3://${Bucket}/live`,
      AWS_ENDPOINT_URL_S3: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    const address = await listening();
    const status = async () => {
      const answer = await fetch(`${address}/v2/models/adder`, { headers: { 'x-api-key': 'secret' } });
      return ((await answer.json()) as { version_status: object[] }).version_status;
    };
    const until = async (holds: (found: string) => boolean) => {
      for (const began = Date.now(); ; await wait(50)) {
        const found = JSON.stringify(await status());
        if (holds(found)) return Date.now() - began;
        if (Date.now() - began > 20_000) throw new Error(`it never came about: ${found}`);
      }
    };
    t.match(await status(), [{ version: '1', labels: ['champion'] }]);
    await publish('2');
    await promote(2, '2', '1');
    const milliseconds = await until((found) =>
      found.includes('"version":"2","state":"AVAILABLE","labels":["champion"]'),
    );
    t.ok(milliseconds < 5_000, `${milliseconds} ms`);

    await publish('3', true);
    await promote(3, '3', '2');
    await until((found) => found.includes('does not match its checksum'));
    t.match((await status()).slice(1), [
      { version: '2', state: 'AVAILABLE', labels: ['champion'] },
      { version: '3', state: 'END', labels: [] },
    ]);
  },
);
