import type { FeatureRow, FeatureWrite, FeatureWriteAnswer } from '@tristore/common/contracts/feature-row.ts';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { checkValues } from '@tristore/common/features/check-values.ts';
import type { Static } from 'typebox';
import type { FeatureStore } from './feature-store.ts';

interface Write extends Static<typeof FeatureWrite> {
  id: string;
}

/**
 * Writes rows of one view: all are checked before the first is written.
 * @param prefixOf the path of a row's values in the request, for the details of an error
 * @throws TristoreError invalid_features, feature_store_unavailable
 */
export async function writeFeatures(
  store: FeatureStore,
  view: FeatureView,
  rows: readonly Write[],
  prefixOf: (index: number) => string,
): Promise<Static<typeof FeatureWriteAnswer>[]> {
  const checked = rows.map((row, i) => checkValues(view, row.values, prefixOf(i)));
  const details = checked.flatMap((check) => check.details);
  if (details.length)
    throw new TristoreError('invalid_features', details.map((d) => `${d.field} ${d.problem}`).join('; '), {
      details,
    });
  return Promise.all(
    rows.map(async ({ id, event_time, values }, i) => {
      const eventTime = event_time ? new Date(event_time) : new Date();
      const result = await store.write({ view: view.name, id }, { values, eventTime });
      return {
        view: view.name,
        id,
        written: result.written,
        event_time: result.eventTime.toISOString(),
        out_of_range: checked[i]?.outOfRange ?? [],
      };
    }),
  );
}

/** @throws TristoreError features_not_found, feature_store_unavailable */
export async function readFeatures(
  store: FeatureStore,
  view: FeatureView,
  id: string,
): Promise<Static<typeof FeatureRow>> {
  const row = await store.read({ view: view.name, id });
  if (!row) throw new TristoreError('features_not_found', `the view ${view.name} holds no row for ${id}`);
  return {
    view: view.name,
    id,
    event_time: row.eventTime.toISOString(),
    written_at: row.writtenAt.toISOString(),
    values: row.values,
  };
}
