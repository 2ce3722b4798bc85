import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import t, { type Test } from 'tap';
import { CoalescedReads } from '../../src/feature-store/coalesced-reads.ts';

interface BatchGet {
  RequestItems: { features: { Keys: { pk: { S: string } }[] } };
}
type Reply = { status?: number; body: object } | 'cut' | 'hang';

const itemOf = (pk: string) => ({ pk: { S: pk }, values: { S: `{"of":"${pk}"}` } });
const found = (keys: readonly string[], left: readonly string[] = []) => ({
  body: {
    Responses: { features: keys.filter((pk) => !left.includes(pk)).map(itemOf) },
    UnprocessedKeys: left.length ? { features: { Keys: left.map((pk) => ({ pk: { S: pk } })) } } : {},
  },
});
const fault = (name: string, status = 400) => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: name },
});

/** A real HTTP server in DynamoDB's place, since the emulator never throttles and never fails. */
async function start(t: Test, reply: (keys: string[], call: number) => Reply) {
  const calls: string[][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const keys = (JSON.parse(Buffer.concat(chunks).toString()) as BatchGet).RequestItems.features.Keys.map(
      ({ pk }) => pk.S,
    );
    calls.push(keys);
    const answer = reply(keys, calls.length);
    if (answer === 'hang') return;
    if (answer === 'cut') return request.socket.destroy();
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answer.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  t.teardown(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const reads = new CoalescedReads({ client, table: 'features', load: { busy: 0 }, maxWaiting: 1_000 });
  const read = async (pk: string, ms = 2_000) =>
    (await reads.read(pk, performance.now() + ms))?.['values']?.S ?? 'none';
  return { calls, reads, read };
}

const valuesOf = (pk: string) => `{"of":"${pk}"}`;

t.test('concurrent reads share a call; a key asked for twice is in it once', async (t) => {
  const { calls, read } = await start(t, (keys) => found(keys.filter((pk) => pk !== 'v#unknown')));
  t.same(await Promise.all(['v#1', 'v#2', 'v#1', 'v#unknown'].map((pk) => read(pk))), [
    valuesOf('v#1'),
    valuesOf('v#2'),
    valuesOf('v#1'),
    'none',
  ]);
  t.same(calls, [['v#1', 'v#2', 'v#unknown']]);
});

t.test('unprocessed keys are asked for again alone', async (t) => {
  const { calls, read } = await start(t, (keys, call) => found(keys, call === 1 ? ['v#2', 'v#3'] : []));
  const ids = ['v#1', 'v#2', 'v#3'];
  t.same(await Promise.all(ids.map((pk) => read(pk))), ids.map(valuesOf));
  t.same(calls, [ids, ['v#2', 'v#3']]);
});

t.test('a bad key fails alone', async (t) => {
  const { read } = await start(t, (keys) =>
    keys.includes('v#bad') ? fault('ValidationException') : found(keys),
  );
  const results = await Promise.allSettled(['v#1', 'v#bad', 'v#3', 'v#4'].map((pk) => read(pk)));
  t.same(
    results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.code)),
    [valuesOf('v#1'), 'feature_store_unavailable', valuesOf('v#3'), valuesOf('v#4')],
  );
});

t.test('while it throttles, reads come again until their deadline', async (t) => {
  const { calls, read } = await start(t, (keys, call) =>
    call < 4 ? fault('ProvisionedThroughputExceededException') : found(keys),
  );
  t.equal(await read('v#1'), valuesOf('v#1'));
  t.equal(calls.length, 4);

  const always = await start(t, () => fault('ThrottlingException'));
  const began = performance.now();
  await t.rejects(always.read('v#1', 300), { code: 'feature_store_unavailable', retryAfter: 1 });
  t.ok(performance.now() - began < 5_000);
  t.equal(always.reads.breaker.state(), 0, 'a throttled store is there: it is asked on');
});

t.test('a call that breaks is made again', async (t) => {
  const { calls, read } = await start(t, (keys, call) => (call < 3 ? 'cut' : found(keys)));
  t.equal(await read('v#1'), valuesOf('v#1'));
  t.equal(calls.length, 3);
});

t.test('a store that hangs costs the deadline, and no more', async (t) => {
  const { read } = await start(t, () => 'hang');
  const began = performance.now();
  await t.rejects(read('v#1', 200), { code: 'feature_store_unavailable' });
  const took = performance.now() - began;
  t.ok(took > 190 && took < 5_000, `${took} ms`);
});

t.test('a store that fails each time is left alone, then tried by one call', async (t) => {
  let up = false;
  const { calls, reads, read } = await start(t, (keys) =>
    up ? found(keys) : fault('InternalServerError', 500),
  );
  for (let i = 0; i < 5; i++) await t.rejects(read('v#1'), { code: 'feature_store_unavailable' });
  t.equal(reads.breaker.state(), 1);
  const before = calls.length;
  await t.rejects(read('v#1'), { code: 'feature_store_unavailable', retryAfter: 1 });
  t.equal(calls.length, before, 'without a call');
  up = true;
  await sleep(1_050);
  t.equal(await read('v#1'), valuesOf('v#1'));
  t.equal(reads.breaker.state(), 0);
});

t.test('what finds no room is refused', async (t) => {
  const { reads } = await start(t, () => 'hang');
  const soon = performance.now() + 100;
  const results = await Promise.allSettled(
    Array.from({ length: 1_100 }, (_, i) => reads.read(`v#${i}`, soon)),
  );
  const codes = results.map((result) => (result.status === 'rejected' ? result.reason.code : 'read'));
  t.equal(codes.filter((code) => code === 'overloaded').length, 100);
});
