import type { FeatureValues, FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { checkValues } from '@tristore/common/features/check-values.ts';
import type { FeatureVector } from '@tristore/common/features/vector.ts';
import type { FeatureStore, StoredRow } from '../feature-store/feature-store.ts';
import type { PredictionCase } from './prediction-case.ts';

export interface GatheredFeatures extends FeatureVector {
  /** Columns that the request brought. */
  overridden: string[];
}

/**
 * The case's feature vector: what the store holds of each view's entity, overridden and completed by the request's
 * own features.
 * @throws TristoreError invalid_request, invalid_features, client_not_found, features_missing, feature_store_unavailable
 */
export async function gatherFeatures(store: FeatureStore, asked: PredictionCase): Promise<GatheredFeatures> {
  const { feature_views: views, model_name: model } = asked.model.manifest;
  checkRequested(views, asked.features);
  const keys = views.map((view) => ({ view: view.name, id: entityIdOf(view, asked) }));
  const rows = await Promise.all(keys.map((key) => store.read(key, asked.signal)));
  const stored = views.map((view, i) => fresh(view, rows[i], asked.createdAt));
  const values = Object.assign(
    {},
    ...stored.map((row) => row?.values),
    given(asked.features),
  ) as FeatureValues;
  const vector = asked.model.vectorize(values);
  if (vector.missingRequired.length) {
    const unknown = keys.filter((_, i) => !rows[i]);
    throw lacking(unknown, vector.missingRequired, model);
  }
  return { ...vector, overridden: Object.keys(given(asked.features)) };
}

/** `null` means absent, as in the store: it overrides nothing. */
const given = (features: FeatureValues): FeatureValues =>
  Object.fromEntries(Object.entries(features).filter(([, value]) => value !== null));

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

function entityIdOf(view: FeatureView, asked: PredictionCase): string {
  const id = view.entity === 'client' ? asked.clientId : asked.entities[view.entity];
  if (id !== undefined) return id;
  const field = `entities.${view.entity}`;
  throw new TristoreError('invalid_request', `${field} is missing: the view ${view.name} needs it`, {
    details: [{ field, problem: 'is missing' }],
  });
}

function fresh(view: FeatureView, row: StoredRow | undefined, now: Date): StoredRow | undefined {
  if (!row || view.freshness_seconds === undefined) return row;
  return now.getTime() - row.eventTime.getTime() <= view.freshness_seconds * 1000 ? row : undefined;
}

function lacking(unknown: { view: string; id: string }[], missing: string[], model: string): TristoreError {
  const details = missing.map((name) => ({ field: `features.${name}`, problem: `is required by ${model}` }));
  const names = missing.join(', ');
  if (unknown.length) {
    const who = unknown.map(({ view, id }) => `${id} (view ${view})`).join(', ');
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
