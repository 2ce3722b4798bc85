import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ApiKeyKeeper } from '@tristore/common/auth/api-key-keeper.ts';
import { SCOPES, type Scope } from '@tristore/common/auth/principal.ts';
import t from 'tap';
import { startOrchestrator } from './orchestrator-process.ts';
import { registryFolder } from './registry-folder.ts';

const MODEL = '/v1/registry/credit-default';

t.test('two keys of one name on the process itself', async (t) => {
  const REGISTRY = await registryFolder(t, ['2']);
  const { url, said, endpoints } = await startOrchestrator(t, { REGISTRY });
  const client = new DynamoDBClient({
    endpoint: endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  t.teardown(() => client.destroy());
  const keeper = new ApiKeyKeeper(client, 'state');
  const caller = async (scopes: readonly Scope[]) => {
    const { key } = await keeper.create({ name: 'ops', scopes: [...scopes], by: 'test' });
    return async (method: string, path: string, body: object, headers = {}) => {
      const answer = await fetch(url + path, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
  };
  const [one, other, reader] = [
    await caller(SCOPES),
    await caller(SCOPES),
    await caller(['read', 'predict']),
  ];

  // an alias is changed by an administrator alone, and told of in the log once
  const promote = { version: '2', reason: 'a test' };
  t.equal((await reader('PUT', `${MODEL}/aliases/champion`, promote)).status, 403);
  for (let i = 0; i < 2; i++)
    t.match(await one('PUT', `${MODEL}/aliases/champion`, promote), {
      status: 200,
      body: { number: 2, changed_by: 'ops' },
    });
  t.equal((await one('PUT', `${MODEL}/aliases/champion`, { ...promote, expected_number: 1 })).status, 409);
  const told = () => said.out.split('\n').filter((line) => line.includes('"audit":'));
  for (let i = 0; i < 100 && !told().length; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  t.match(
    told().map((line) => JSON.parse(line).audit),
    [
      {
        who: { name: 'ops', id: /./ },
        action: 'alias.change',
        target: 'credit-default/champion',
        before: { number: 1 },
        after: { number: 2, alias: 'champion', version: '2' },
        reason: 'a test',
      },
    ],
  );
  t.equal(told().length, 1, 'what was refused, or changed nothing, is no action');

  // an Idempotency-Key is the key's own, also under one name
  const ask = (client: string) => ({
    model: { model_name: 'credit-default' },
    predictions: [{ client: { id: client } }],
  });
  const headers = { 'idempotency-key': 'same' };
  const batch = '/v1/predictions/batch';
  t.equal((await one('POST', batch, ask('a'), headers)).status, 200);
  t.equal((await one('POST', batch, ask('b'), headers)).status, 422);
  t.equal((await other('POST', batch, ask('b'), headers)).status, 200);
});
