import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';
import type { Item } from './coalesced-reads.ts';
import type { RowKey, StoredRow } from './feature-store.ts';

/** What stands before an entity's id in the partition keys of a view. */
export const keyPrefix = (view: string): string => `${view}#`;

export const pkOf = ({ view, id }: RowKey): string => keyPrefix(view) + id;
export const partitionKey = (key: RowKey) => ({ pk: { S: pkOf(key) } });

/** A row as an item of the table `features`, written now. Its times are ISO 8601 in UTC, which sort as text. */
export function itemOf(
  key: RowKey,
  { values, eventTime }: { values: FeatureValues; eventTime: Date },
): Item & { pk: { S: string } } {
  return {
    ...partitionKey(key),
    values: { S: JSON.stringify(values) },
    event_time: { S: eventTime.toISOString() },
    written_at: { S: new Date().toISOString() },
  };
}

export function rowOf(item: Item): StoredRow {
  return {
    values: JSON.parse(item['values']?.S ?? '{}') as FeatureValues,
    eventTime: new Date(item['event_time']?.S ?? 0),
    writtenAt: new Date(item['written_at']?.S ?? 0),
  };
}
