import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { TristoreError } from '@tristore/common/errors.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { createTables } from '@tristore/local/create-resources.ts';
import { startDynamoDb } from '@tristore/local/dynamodb.ts';
import t, { type Test } from 'tap';
import { openGateway } from '../../../common/test/gateway.ts';
import { testFolder } from '../../../common/test/test-folder.ts';
import { answerOnce } from '../../src/idempotency/answer-once.ts';
import { DynamoDbIdempotencyStore } from '../../src/idempotency/dynamodb-idempotency-store.ts';

const TableName = TABLES.state.name;
/** Of leases that are waited for: what comes within them must do so on a busy machine too. */
const LEASE_MS = 2_500;

async function build(t: Test) {
  const dynamoDb = await startDynamoDb({ folder: testFolder(t) });
  const gateway = await openGateway(t, dynamoDb.endpoint);
  const client = new DynamoDBClient({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  t.teardown(async () => {
    client.destroy();
    await dynamoDb.close();
  });
  await createTables(client);
  /** As another process would. */
  const replica = () => {
    const store = new DynamoDbIdempotencyStore(client, TableName);
    const unkept: unknown[] = [];
    const ask = (
      work: (eventId: string) => Promise<string>,
      { caller = 'me', key = 'k', content = 'body', deadlineMs = 10_000 } = {},
    ) =>
      answerOnce(
        { store, onUnkept: (error) => unkept.push(error) },
        { caller, key, content, deadlineMs },
        work,
      );
    return { ask, unkept };
  };
  const items = async () => (await client.send(new ScanCommand({ TableName }))).Items ?? [];
  return { replica, items, client, gateway };
}

/** Work that ends never, as that of a process that died. */
const dead = (events: string[]) => (eventId: string) => {
  events.push(eventId);
  return new Promise<string>(() => {});
};
const echo = (events: string[]) => async (eventId: string) => {
  events.push(eventId);
  return `answer of ${eventId}`;
};

t.test('a crash blocks nobody for longer than its lease, and the retry makes the same event', async (t) => {
  const { replica } = await build(t);
  const [one, other] = [replica(), replica()];
  const events: string[] = [];
  void one.ask(dead(events), { deadlineMs: LEASE_MS });
  while (!events.length) await wait(5);
  const refused = await other.ask(echo(events)).catch((error: TristoreError) => error);
  t.match(refused, { code: 'idempotency_key_in_use', retryAfter: Number });
  const { retryAfter = 0 } = refused as TristoreError;
  t.ok(retryAfter >= 1 && retryAfter <= LEASE_MS / 1000, `to come again in ${retryAfter} s`);
  await t.rejects(other.ask(echo(events), { content: 'another' }), { code: 'idempotency_key_reused' });
  await wait(LEASE_MS);
  const tries = await Promise.allSettled([other.ask(echo(events)), replica().ask(echo(events))]);
  t.strictSame(tries.map(({ status }) => status).sort(), ['fulfilled', 'rejected'], 'one takes it over');
  t.equal(events.length, 2);
  t.equal(events[0], events[1]);
  t.strictSame(await one.ask(dead(events)), { answer: `answer of ${events[0]}`, replayed: true });
});

t.test('one who finishes after another took over is not answered: there is one answer', async (t) => {
  const { replica } = await build(t);
  const [one, other] = [replica(), replica()];
  let finish = (_answer: string) => {};
  const late = one.ask(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
    { deadlineMs: LEASE_MS },
  );
  await wait(LEASE_MS + 100);
  const events: string[] = [];
  const { answer } = await other.ask(echo(events));
  finish('another answer');
  await t.rejects(late, { code: 'idempotency_key_in_use' });
  t.strictSame(await one.ask(dead(events)), { answer, replayed: true });
});

t.test('keys are kept for a day and for each caller apart; in the table no key can be read', async (t) => {
  const { replica, items, client } = await build(t);
  const { ask } = replica();
  const events: string[] = [];
  await ask(echo(events), { key: 'secret-order-7' });
  t.equal((await ask(echo(events), { key: 'secret-order-7', caller: 'you' })).replayed, false);
  t.equal((await ask(echo(events), { caller: 'mesecret-', key: 'order-7' })).replayed, false);
  t.equal(new Set(events).size, 3);
  const kept = await items();
  t.notMatch(JSON.stringify(kept), /secret-order-7/);
  for (const item of kept) {
    const hours = (Number(item['expires_at']?.N) - Date.now() / 1000) / 3_600;
    t.ok(hours > 23.9 && hours < 24.1);
    // what is expired is deleted up to two days later
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: item['pk'] ?? { S: '' } },
        UpdateExpression: 'SET expires_at = :past',
        ExpressionAttributeValues: { ':past': { N: String(Math.floor(Date.now() / 1000)) } },
      }),
    );
  }
  t.equal((await ask(echo(events), { key: 'secret-order-7', content: 'another body' })).replayed, false);
  t.equal(new Set(events).size, 4, 'a new event');
});

t.test(
  'an error that leaves no record frees the key; one that may have left one keeps its event',
  async (t) => {
    const { replica, items } = await build(t);
    const { ask } = replica();
    const events: string[] = [];
    const fail = (error: Error) => async (eventId: string) => {
      events.push(eventId);
      throw error;
    };
    const nothing = new TristoreError('model_unavailable', 'away');
    await t.rejects(ask(fail(nothing)), nothing);
    t.same(await items(), []);
    const perhaps = new TristoreError('evaluation_log_unavailable', 'perhaps kept');
    await t.rejects(ask(fail(perhaps)), perhaps);
    const broken = new Error('a fault of ours');
    await t.rejects(ask(fail(broken)), broken);
    await ask(echo(events));
    t.not(events[1], events[0]);
    t.strictSame(events.slice(2), [events[1], events[1]]);
  },
);

t.test('answers that DynamoDB lost on the way', async (t) => {
  const { replica, gateway } = await build(t);
  const { ask, unkept } = replica();
  const events: string[] = [];
  gateway.mode = 'lose';
  t.equal((await ask(echo(events))).replayed, false, 'a claim that was asked for twice is ours');
  t.equal((await ask(echo(events))).replayed, true);
  t.equal(gateway.calls['PutItem'], 3);

  const away = await ask(
    async (eventId) => {
      gateway.mode = 'fail';
      return echo(events)(eventId);
    },
    { key: 'k2', deadlineMs: LEASE_MS },
  );
  t.match(away, { replayed: false }, 'an answer that cannot be kept is given all the same');
  t.equal(unkept.length, 1, 'and told of');
  gateway.mode = 'pass';
  await wait(LEASE_MS);
  t.equal((await ask(echo(events), { key: 'k2' })).answer, away.answer, 'a retry is the same event');
});
