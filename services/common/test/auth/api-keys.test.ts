import { setTimeout as wait } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tristore/local/create-resources.ts';
import { startDynamoDb } from '@tristore/local/dynamodb.ts';
import t, { type Test } from 'tap';
import { storeApiKey } from '../../src/auth/api-key-keeper.ts';
import { ApiKeyTable } from '../../src/auth/api-key-table.ts';
import { type ApiKeyOptions, ApiKeys } from '../../src/auth/api-keys.ts';
import { Credential } from '../../src/auth/credential.ts';
import { hashKey } from '../../src/auth/hash-key.ts';
import { openGateway } from '../gateway.ts';
import { testFolder } from '../test-folder.ts';

const TABLE = 'state';
const pk = (key: string) => ({ pk: { S: `api-key#${hashKey(key)}` } });

/** Keys in a real table, behind a gateway that can let the SDK hang. */
async function build(t: Test, options: ApiKeyOptions & { timeoutMs?: number } = {}) {
  const { timeoutMs = 5_000 } = options;
  const dynamoDb = await startDynamoDb({ folder: testFolder(t) });
  const gateway = await openGateway(t, dynamoDb.endpoint);
  const client = new DynamoDBClient({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  await createTables(client);
  const keys = new ApiKeys(new ApiKeyTable(client, TABLE), options);
  const said: string[] = [];
  const hear = (_facts: object, message: string) => said.push(message);
  keys.open({ info: hear, warn: hear });
  t.teardown(async () => {
    keys.close();
    await until(() => gateway.pending === 0);
    client.destroy();
    await dynamoDb.close();
  });
  const store = (key: string) => storeApiKey(client, TABLE, key, { name: key, scopes: ['predict', 'read'] });
  const revoke = (key: string) =>
    client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: pk(key),
        UpdateExpression: 'SET revoked_at = :now',
        ExpressionAttributeValues: { ':now': { S: '2026-01-01T00:00:00Z' } },
      }),
    );
  const expire = (key: string, at: number) =>
    client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: pk(key),
        UpdateExpression: 'SET expires_at = :at',
        ExpressionAttributeValues: { ':at': { N: String(Math.floor(at / 1000)) } },
      }),
    );
  const authenticate = (key: string) => keys.authenticate(new Credential(key));
  return { client, gateway, said, store, revoke, expire, authenticate };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await wait(10))
    if (Date.now() > end) throw new Error('it never came about');
}

t.test('a key is known by its hash; seen once, it is judged without a promise', async (t) => {
  const { store, authenticate, gateway } = await build(t);
  await store('sesame');
  const known = await authenticate('sesame');
  t.same([known?.name, [...(known?.scopes ?? [])].sort()], ['sesame', ['predict', 'read']]);
  t.match(authenticate('sesame'), { name: 'sesame' }, 'at once');
  t.equal(await authenticate('barley'), undefined);
  t.equal(authenticate('barley'), undefined, 'at once, too');
  t.equal(gateway.calls['GetItem'], 2);
});

t.test('many requests with a new key share one look-up', async (t) => {
  const { store, authenticate, gateway } = await build(t);
  await store('sesame');
  const all = await Promise.all(Array.from({ length: 50 }, () => authenticate('sesame')));
  t.ok(all.every((principal) => principal?.name === 'sesame'));
  t.equal(gateway.calls['GetItem'], 1);
});

t.test('a key that was refused works soon after it was made', async (t) => {
  const { store, authenticate } = await build(t, { refusedMs: 30 });
  t.equal(await authenticate('sesame'), undefined);
  await store('sesame');
  await wait(40);
  t.match(await authenticate('sesame'), { name: 'sesame' });
});

t.test('a key that was revoked, deleted or has expired is refused after the next refresh', async (t) => {
  const { client, store, revoke, expire, authenticate } = await build(t, { refreshMs: 30 });
  for (const key of ['revoked', 'deleted', 'expired', 'sound']) {
    await store(key);
    await authenticate(key);
  }
  await revoke('revoked');
  await client.send(new DeleteItemCommand({ TableName: TABLE, Key: pk('deleted') }));
  await expire('expired', Date.now() - 2_000);
  for (const key of ['revoked', 'deleted', 'expired'])
    await until(async () => (await authenticate(key)) === undefined);
  t.match(authenticate('sound'), { name: 'sound' });
});

t.test('a key stops at its time, refreshed or not', async (t) => {
  const { store, expire, authenticate } = await build(t);
  await store('short');
  // whole seconds are kept
  await expire('short', Date.now() + 2_000);
  t.match(await authenticate('short'), { name: 'short' });
  await until(async () => (await authenticate('short')) === undefined);
});

for (const mode of ['hang', 'fail'] as const)
  t.test(
    `while DynamoDB is away (${mode}), known keys work without waiting, past every refresh`,
    async (t) => {
      const { gateway, said, store, revoke, authenticate } = await build(t, {
        refreshMs: 40,
        timeoutMs: 500,
      });
      await store('sesame');
      await authenticate('sesame');
      await until(() => (gateway.calls['BatchGetItem'] ?? 0) > 1);
      gateway.mode = mode;
      const before = gateway.calls['BatchGetItem'] ?? 0;
      await until(() => {
        t.equal((authenticate('sesame') as { name: string }).name, 'sesame', 'at once');
        return (gateway.calls['BatchGetItem'] ?? 0) >= before + 3;
      });
      await t.rejects(Promise.resolve(authenticate('never seen')), 'an unknown key cannot be judged');

      gateway.mode = 'pass';
      await revoke('sesame');
      await until(async () => (await authenticate('sesame')) === undefined);
      t.strictSame(
        said,
        ['API keys cannot be looked up: those known keep working', 'API keys can be looked up again'],
        'it is said once',
      );
    },
  );

t.test('a flood of made-up keys holds up neither the table nor the known keys', async (t) => {
  const { gateway, store, authenticate } = await build(t, { timeoutMs: 500 });
  await store('sesame');
  await authenticate('sesame');
  gateway.mode = 'hang';
  const flood = Promise.allSettled(Array.from({ length: 1000 }, (_, i) => authenticate(`made-up-${i}`)));
  t.match(authenticate('sesame'), { name: 'sesame' }, 'at once');
  const results = await flood;
  t.ok(results.every(({ status }) => status === 'rejected'));
  t.equal(results.filter((r) => r.status === 'rejected' && /too many/.test(r.reason.message)).length, 968);
  t.equal(gateway.calls['GetItem'], 33);
});

t.test('more than 100 keys, and those that DynamoDB did not process, are refreshed', async (t) => {
  const { gateway, store, revoke, authenticate } = await build(t, { refreshMs: 50 });
  const keys = Array.from({ length: 130 }, (_, i) => `key-${i}`);
  for (const key of keys) {
    await store(key);
    await authenticate(key);
  }
  let kept = 0;
  gateway.change = (operation, body) => {
    const { Responses: responses } = body as { Responses?: Record<string, { pk: object }[]> };
    const items = operation === 'BatchGetItem' ? responses?.[TABLE] : undefined;
    if (!items || items.length < 2) return body;
    const [first, ...others] = items;
    kept++;
    return { Responses: { [TABLE]: others }, UnprocessedKeys: { [TABLE]: { Keys: [{ pk: first?.pk }] } } };
  };
  await revoke('key-0');
  await revoke('key-129');
  for (const key of ['key-0', 'key-129']) await until(async () => (await authenticate(key)) === undefined);
  t.ok(kept >= 2);
  gateway.mode = 'hang';
  t.ok(
    keys.slice(1, 129).every((key) => (authenticate(key) as { name: string }).name === key),
    'no other was lost',
  );
});
