import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { createTables } from '@tristore/local/create-resources.ts';
import { startDynamoDb } from '@tristore/local/dynamodb.ts';
import t, { type Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { CachedFeatureStore } from '../../src/feature-store/cached-feature-store.ts';
import { DynamoDbFeatureStore } from '../../src/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '../../src/feature-store/dynamodb-view-store.ts';
import type { RowKey, StoredRow } from '../../src/feature-store/feature-store.ts';

const VIEW: FeatureView = {
  name: 'cached',
  entity: 'client',
  cache_ttl_seconds: 60,
  columns: [{ name: 'x', dtype: 'double', on_missing: 'required' }],
  derived: [],
};
const KEY = { view: 'cached', id: '1' };

/** The store on DynamoDB, whose answers can be held back on their way. */
class HeldStore extends DynamoDbFeatureStore {
  held: Promise<void> | undefined;
  asked = 0;

  override async read(key: RowKey): Promise<StoredRow | undefined> {
    this.asked++;
    const row = await super.read(key);
    await this.held;
    return row;
  }
}

/** A cache before an embedded DynamoDB, on a clock of its own, and the store beside it, as another replica has it. */
async function build(t: Test, { maxRows = 100, view = VIEW } = {}) {
  const dynamoDb = await startDynamoDb({ folder: testFolder(t) });
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  t.teardown(async () => {
    client.destroy();
    await dynamoDb.close();
  });
  await createTables(client);
  const views = new DynamoDbViewStore(client, TABLES.state.name);
  await views.put(view, undefined);
  const store = new HeldStore({ client, table: TABLES.features.name });
  const clock = { now: 1_000_000 };
  const cache = new CachedFeatureStore({ store, views, maxRows, now: () => clock.now });
  const other = new DynamoDbFeatureStore({ client, table: TABLES.features.name });
  let time = 0;
  const written = (x: number) => ({ values: { x }, eventTime: new Date(++time) });
  const read = async (id = '1') => (await cache.read({ ...KEY, id }))?.values['x'];
  // the first read of a view does not wait for its definition
  await other.write({ ...KEY, id: 'first' }, written(0));
  await read('first');
  await views.get(view.name);
  await sleep(0);
  return { cache, store, other, views, clock, written, read };
}

t.test('a row is read once within its time, and never given past it', async (t) => {
  const { store, other, clock, written, read } = await build(t);
  await other.write(KEY, written(1));
  t.equal(await read(), 1);
  await other.write(KEY, written(2));
  const before = store.asked;
  clock.now += 59_999;
  t.equal(await read(), 1, 'as it was read');
  t.equal(store.asked, before);
  clock.now += 1;
  t.equal(await read(), 2, 'the time is over');
  t.equal(store.asked, before + 1);
});

t.test('the time counts from before the store was asked', async (t) => {
  const { store, other, clock, written, read } = await build(t);
  await other.write(KEY, written(1));
  store.held = sleep(20);
  const reading = read();
  await sleep(5);
  clock.now += 1_500;
  await reading;
  await other.write(KEY, written(2));
  clock.now += 58_499;
  t.equal(await read(), 1);
  clock.now += 1;
  t.equal(await read(), 2);
});

t.test('without cache_ttl_seconds every row is read', async (t) => {
  const { cache_ttl_seconds: _, ...view } = VIEW;
  const { cache, other, written, read } = await build(t, { view });
  for (const x of [1, 2, 3]) {
    await other.write(KEY, written(x));
    t.equal(await read(), x);
  }
  t.same([cache.hits, cache.misses], [0, 0]);
});

t.test('what the store does not know is not kept: it is known as soon as it is written', async (t) => {
  const { other, written, read } = await build(t);
  t.equal(await read('new'), undefined);
  await other.write({ ...KEY, id: 'new' }, written(7));
  t.equal(await read('new'), 7);
});

t.test('a write and a delete through the replica show at once', async (t) => {
  const { cache, clock, written, read } = await build(t);
  await cache.write(KEY, written(1));
  clock.now += 5_000;
  t.equal(await read(), 1);
  await cache.write(KEY, written(2));
  t.equal(await read(), 2);
  await cache.delete(KEY);
  t.equal(await read(), undefined);
});

t.test('for two seconds after a write nothing read is kept: DynamoDB may not show it yet', async (t) => {
  const { cache, other, clock, written, read } = await build(t);
  await cache.write(KEY, written(1));
  clock.now += 1_999;
  await read();
  await other.write(KEY, written(2));
  t.equal(await read(), 2, 'it was not kept');
  clock.now += 1;
  t.equal(await read(), 2);
  await other.write(KEY, written(3));
  t.equal(await read(), 2, 'now it is');
});

t.test('a read that a write overtook is not kept', async (t) => {
  const { cache, store, other, clock, written, read } = await build(t);
  await other.write(KEY, written(1));
  let release = () => {};
  store.held = new Promise((resolve) => {
    release = resolve;
  });
  const reading = read();
  await sleep(30);
  await cache.write(KEY, written(2));
  release();
  t.equal(await reading, 1, 'it had its answer already');
  store.held = undefined;
  t.equal(await read(), 2);
  clock.now += 10_000;
  t.equal(await read(), 2);
});

t.test('it holds no more rows than it may', async (t) => {
  const { cache, other, written, read } = await build(t, { maxRows: 2 });
  for (const id of ['1', '2', '3']) {
    await other.write({ ...KEY, id }, written(Number(id)));
    await read(id);
  }
  const { misses } = cache;
  await read('3');
  await read('2');
  t.equal(cache.misses, misses);
  await read('1');
  t.equal(cache.misses, misses + 1, 'the one not asked for longest is gone');
});

t.test('a view that gives up its cache is followed', async (t) => {
  const { views, other, written, read } = await build(t);
  await other.write(KEY, written(1));
  t.equal(await read(), 1);
  const { cache_ttl_seconds: _, ...view } = VIEW;
  t.equal(await views.put(view, VIEW), true);
  await other.write(KEY, written(2));
  t.equal(await read(), 2);
});
