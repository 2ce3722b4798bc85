import type { FeatureView } from '../contracts/feature-view.ts';
import type { SignatureFeature } from '../contracts/manifest.ts';

/** The suffix of the second input that a column with the policy `indicator` gets. */
export const INDICATOR_SUFFIX = '__missing';

/**
 * The graph's inputs in order: every view's unprotected columns (an indicator right after its column), then every
 * view's derived columns.
 */
export function signatureOf(views: readonly FeatureView[]): SignatureFeature[] {
  const columns = views.flatMap((view) =>
    view.columns
      .filter((column) => !column.protected)
      .flatMap((column): SignatureFeature[] => {
        const { name, dtype, unit, description } = column;
        const feature: SignatureFeature = {
          name,
          kind: 'column',
          view: view.name,
          dtype,
          ...(unit && { unit }),
          ...(description && { description }),
        };
        if (column.on_missing !== 'indicator') return [feature];
        return [
          feature,
          {
            name: name + INDICATOR_SUFFIX,
            kind: 'indicator',
            view: view.name,
            dtype: 'boolean',
            description: `1 where ${name} was missing`,
          },
        ];
      }),
  );
  const derived = views.flatMap((view) =>
    view.derived.map(
      ({ name, description }): SignatureFeature => ({
        name,
        kind: 'derived',
        view: view.name,
        dtype: 'double',
        ...(description && { description }),
      }),
    ),
  );
  return [...columns, ...derived];
}
