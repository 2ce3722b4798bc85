import type { FeatureValues } from '@tristore/common/contracts/feature-view.ts';

/** One entity's values in one view. */
export interface StoredRow {
  values: FeatureValues;
  eventTime: Date;
  writtenAt: Date;
}

export interface RowKey {
  view: string;
  id: string;
}

/** The online store. Every method rejects with `feature_store_unavailable` where the store does not answer. */
export interface FeatureStore {
  /** @param deadline on the clock of performance.now(): past it nobody waits @throws TristoreError overloaded too */
  read(key: RowKey, deadline?: number): Promise<StoredRow | undefined>;
  /**
   * Replaces the row unless the store holds a newer event time.
   * @returns the event time that the store holds now, and whether it is this write's
   */
  write(
    key: RowKey,
    row: { values: FeatureValues; eventTime: Date },
  ): Promise<{ written: boolean; eventTime: Date }>;
  /** @returns whether there was a row */
  delete(key: RowKey): Promise<boolean>;
}
