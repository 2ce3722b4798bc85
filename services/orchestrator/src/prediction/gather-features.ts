import type { FeatureValues, FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { checkValues } from '@tristore/common/features/check-values.ts';
import type { FeatureVector } from '@tristore/common/features/vector.ts';
import type { StoredRow } from '../feature-store/feature-store.ts';
import type { PredictionCase } from './prediction-case.ts';
import type { KnownVersion } from './routing-plan.ts';
import type { StoredRows, ViewRow } from './stored-rows.ts';

export interface GatheredFeatures extends FeatureVector {
  /** Columns that the request brought. */
  overridden: string[];
  /** Whether the store did not answer, and the request's own features had to do. */
  withoutStore: boolean;
}

/**
 * The case's feature vector for one version: what the store holds of each view's entity, overridden and completed by
 * the request's own features.
 * @throws TristoreError invalid_request, invalid_features, client_not_found, features_missing,
 *   feature_store_unavailable, overloaded
 */
export async function gatherFeatures(
  rows: StoredRows,
  asked: PredictionCase,
  { manifest, vectorize }: KnownVersion,
): Promise<GatheredFeatures> {
  const { feature_views: views, model_name: model } = manifest;
  const overridden = Object.keys(asked.features);
  if (overridden.length) checkRequested(views, asked.features);
  const read = await Promise.all(views.map((view) => rows.of(view)));
  const stored = read.map(({ view, row }) => fresh(view, row, asked.createdAt)?.values);
  const [only = {}] = stored;
  // most cases have one view and override nothing: its values are taken as they are
  const alone = stored.length === 1 && overridden.length === 0;
  const vector = vectorize(alone ? only : Object.assign({}, ...stored, asked.features));
  if (vector.missingRequired.length) throw lacking(read, vector.missingRequired, model);
  return Object.assign(vector, { overridden, withoutStore: read.some(({ failure }) => failure) });
}

function checkRequested(views: readonly FeatureView[], features: FeatureValues): void {
  const [first] = views;
  if (!first) return;
  const all = {
    ...first,
    name: views.map(({ name }) => name).join(', '),
    columns: views.flatMap(({ columns }) => columns),
  };
  const { details } = checkValues(all, features, 'features.');
  if (details.length)
    throw new TristoreError('invalid_features', details.map((d) => `${d.field} ${d.problem}`).join('; '), {
      details,
    });
}

function fresh(view: FeatureView, row: StoredRow | undefined, now: Date): StoredRow | undefined {
  if (!row || view.freshness_seconds === undefined) return row;
  return now.getTime() - row.eventTime.getTime() <= view.freshness_seconds * 1000 ? row : undefined;
}

function lacking(read: readonly ViewRow[], missing: string[], model: string): TristoreError {
  const failure = read.find((row) => row.failure)?.failure;
  if (failure) return failure;
  const details = missing.map((name) => ({ field: `features.${name}`, problem: `is required by ${model}` }));
  const names = missing.join(', ');
  const unknown = read.filter(({ row }) => !row);
  if (unknown.length) {
    const who = unknown.map(({ key }) => `${key.id} (view ${key.view})`).join(', ');
    return new TristoreError(
      'client_not_found',
      `the feature store does not know ${who}, and the request lacks ${names}`,
      { details },
    );
  }
  return new TristoreError('features_missing', `required features are missing or stale: ${names}`, {
    details,
  });
}
