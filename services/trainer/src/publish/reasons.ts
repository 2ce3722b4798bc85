import type { Manifest, SignatureFeature } from '@tristore/common/contracts/manifest.ts';
import type { ViewFile } from '../dataset/view-file.ts';

function labelOf(feature: SignatureFeature): string {
  return feature.description ? `${feature.name} (${feature.description})` : feature.name;
}

/** What is said of a feature that the view file has no words for. */
function generated(feature: SignatureFeature, positive: string): Manifest['reasons'][string] {
  return {
    raises: `${labelOf(feature)} made "${positive}" more likely`,
    lowers: `${labelOf(feature)} made "${positive}" less likely`,
  };
}

/** Texts of every feature of the signature: the view file's, else generated ones. */
export function reasonsOf(
  features: readonly SignatureFeature[],
  given: ViewFile['reasons'],
  positive: string,
): Manifest['reasons'] {
  return Object.fromEntries(
    features.map((feature) => [feature.name, given?.[feature.name] ?? generated(feature, positive)]),
  );
}
