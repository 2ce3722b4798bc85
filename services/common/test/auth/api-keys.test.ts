import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tristore/local/create-resources.ts';
import { startDynamoDb } from '@tristore/local/dynamodb.ts';
import t from 'tap';
import { ApiKeys, storeApiKey } from '../../src/auth/api-keys.ts';
import { serviceKey } from '../../src/auth/service-key.ts';

t.test('keys are known by their hash, and go on working while the table is away', async (t) => {
  const dynamoDb = await startDynamoDb({ folder: t.testdir() });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  t.teardown(() => client.destroy());
  await createTables(client);
  await storeApiKey(client, 'state', 'open sesame', { name: 'ali', scopes: ['predict', 'read'] });
  const keys = new ApiKeys(client, 'state');
  const known = await keys.authenticate('open sesame');
  t.same([known?.name, [...(known?.scopes ?? [])].sort()], ['ali', ['predict', 'read']]);
  t.equal(await keys.authenticate('open barley'), undefined);

  await dynamoDb.close();
  const realNow = Date.now;
  t.teardown(() => {
    Date.now = realNow;
  });
  Date.now = () => realNow() + 31_000;
  t.equal((await keys.authenticate('open sesame'))?.name, 'ali', 'a known key outlives the table');
  await t.rejects(keys.authenticate('never seen'), 'an unknown one cannot be judged');
});

t.test('the service key', async (t) => {
  const key = serviceKey('secret', { name: 'service', scopes: ['predict'] });
  t.equal((await key.authenticate('secret'))?.name, 'service');
  t.equal(await key.authenticate('secret '), undefined);
  t.equal(await key.authenticate(''), undefined);
});
