import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import t from 'tap';
import type { FeatureStore } from '../../src/feature-store/feature-store.ts';
import { newEvent } from '../../src/prediction/event-id.ts';
import { caseOf } from '../../src/prediction/prediction-case.ts';
import { StoredRows } from '../../src/prediction/stored-rows.ts';

const view = (name: string, entity: string): FeatureView => ({ name, entity, columns: [], derived: [] });
const CLIENT = view('clients', 'client');
const MERCHANT = view('merchants', 'merchant');

function rows(read: FeatureStore['read']) {
  const reads: string[] = [];
  const store = {
    read: (key: { view: string; id: string }) => {
      reads.push(`${key.view}#${key.id}`);
      return read(key);
    },
  } as FeatureStore;
  const call = { requestId: 'r', startedAt: 0, deadline: performance.now() + 1_000 };
  const request = { model: { model_name: 'fraud' }, client: { id: 1 } };
  return { reads, of: new StoredRows(store, caseOf(request, call, newEvent())) };
}

t.test('each row is read once, however many versions ask for it', async (t) => {
  const { reads, of } = rows(async () => undefined);
  await Promise.all([of.of(CLIENT), of.of(CLIENT)]);
  await of.of(CLIENT);
  t.same(reads, ['clients#1']);
});

t.test('a store that does not answer is no fault yet; one that is too busy is', async (t) => {
  const away = rows(async () => {
    throw new TristoreError('feature_store_unavailable', 'away');
  });
  t.match(await away.of.of(CLIENT), { row: undefined, failure: { code: 'feature_store_unavailable' } });
  const busy = rows(async () => {
    throw new TristoreError('overloaded', 'busy');
  });
  await t.rejects(busy.of.of(CLIENT), { code: 'overloaded' });
});

t.test('of two faults at once neither goes unheard, which would end the process', async (t) => {
  const unheard: unknown[] = [];
  const listener = (error: unknown) => unheard.push(error);
  process.prependListener('unhandledRejection', listener);
  t.teardown(() => process.removeListener('unhandledRejection', listener));
  const { of } = rows(async () => {
    throw new TristoreError('overloaded', 'busy');
  });
  await t.rejects(Promise.all([CLIENT, MERCHANT].map((each) => of.of(each))));
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.same(unheard, []);
});
