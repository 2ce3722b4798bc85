import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { storeApiKey } from '@tristore/common/auth/api-key-keeper.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { createTables } from '@tristore/local/create-resources.ts';
import { startDynamoDb } from '@tristore/local/dynamodb.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { writeAliases, writeVersion } from './fixtures.ts';
import { start } from './server-process.ts';

async function registry(t: Test): Promise<string> {
  const root = join(t.testdirName, 'models');
  await writeVersion(root);
  await writeAliases(root, '1');
  return root;
}

t.test('serves, logs under the request id, hides the key, and stops on SIGTERM with 0', async (t) => {
  testFolder(t);
  const { child, said, ended, listening } = start(t, { REGISTRY: await registry(t), LOG_LEVEL: 'debug' });
  const address = await listening();
  const answer = await fetch(`${address}/v1/models/adder:predict`, {
    method: 'POST',
    headers: { 'x-api-key': 'secret', 'x-request-id': 'join-me' },
    body: JSON.stringify({ instances: [[0, 0, 0]] }),
  });
  t.strictSame(await answer.json(), { predictions: [[0.5]] });
  child.kill('SIGTERM');
  t.strictSame(await ended, [0, null]);
  const lines = said.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(
    lines.find(({ msg }) => msg === 'backend chosen'),
    { backend: { name: String, why: String } },
  );
  t.match(
    lines.find(({ request_id }) => request_id === 'join-me'),
    {
      status: 200,
      params: { model: 'adder' },
      caller: 'service',
    },
  );
  t.notMatch(said.out + said.err, 'secret');
});

t.test('logs refusals under their request id, and answers that went well at `debug` alone', async (t) => {
  testFolder(t);
  const { child, said, ended, listening } = start(t, { REGISTRY: await registry(t) });
  const address = await listening();
  const post = (id: string, body: object) =>
    fetch(`${address}/v1/models/adder:predict`, {
      method: 'POST',
      headers: { 'x-api-key': 'secret', 'x-request-id': id },
      body: JSON.stringify(body),
    });
  t.equal((await post('went-well', { instances: [[0, 0, 0]] })).status, 200);
  t.equal((await post('refused', { instances: [[0]] })).status, 400);
  child.kill('SIGTERM');
  await ended;
  t.match(said.out, /"request_id":"refused".*"status":400/);
  t.notMatch(said.out, 'went-well');
});

t.test('opens to the API keys in the table `state`', async (t) => {
  const dynamodb = await startDynamoDb({ folder: join(testFolder(t), 'dynamodb') });
  t.teardown(() => dynamodb.close());
  const region = 'us-east-1';
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region, credentials });
  t.teardown(() => client.destroy());
  await createTables(client);
  await storeApiKey(client, TABLES.state.name, 'of-a-client', { name: 'client', scopes: ['predict'] });
  const root = await registry(t);
  const { listening } = start(t, {
    REGISTRY: root,
    STATE_TABLE: TABLES.state.name,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  const address = await listening();
  const status = async (path: string, key: string) =>
    (await fetch(address + path, { headers: { 'x-api-key': key } })).status;
  t.equal(await status('/v2/models/adder', 'of-a-client'), 200);
  t.equal(await status('/metrics', 'of-a-client'), 403, 'it may not read');
  t.equal(await status('/v2/models/adder', 'of-nobody'), 401);
  t.equal(await status('/metrics', 'secret'), 200, 'the service key still opens');
});

t.test('one clear line and exit code 1', async (t) => {
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  t.teardown(() => busy.close());
  const { port } = busy.address() as { port: number };
  testFolder(t);
  const sound = await registry(t);
  const broken = join(t.testdirName, 'broken');
  await writeVersion(broken);
  await writeAliases(broken, '1');
  await writeFile(join(broken, 'adder', '1', 'weights.bin'), 'rotten');

  const cases: [Record<string, string>, RegExp][] = [
    [{ REGISTRY: sound, PORT: String(port) }, /^model: port \d+ on 127\.0\.0\.1 is in use\n$/],
    [{ REGISTRY: broken }, /^model: model adder version 1: weights\.bin does not match its checksum .*\n$/],
  ];
  await Promise.all(
    cases.map(async ([environment, message]) => {
      const { said, ended } = start(t, environment);
      t.strictSame(await ended, [1, null]);
      t.match(said.err, message);
    }),
  );
});
