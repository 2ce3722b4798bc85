import { TristoreError } from '@tristore/common/errors.ts';
import type { Catalogue } from '../../inference/catalogue.ts';
import type { LoadedVersion } from '../../inference/load-version.ts';

const PATH =
  /^\/v1\/models(?:\/([^/:?]*))?(?:\/(versions|labels)\/([^/:?]+))?(?:(\/metadata)|(:(?:classify|regress|predict)))?(?=\?|$)/i;

/** The path as the routes have it: TensorFlow Serving's are case-insensitive, but for the names in them. */
export function canonicalUrl(url: string): string {
  if (url[2] !== '1' || (url[1] !== 'v' && url[1] !== 'V')) return url;
  const match = PATH.exec(url);
  if (!match) return `/v1${url.slice(3)}`;
  const [whole, model, kind, value, metadata = '', method = ''] = match;
  const which = kind ? `/${kind.toLowerCase()}/${value}` : '';
  const tail = `${metadata}${method}`.toLowerCase();
  return `/v1/models${model === undefined ? '' : `/${model}`}${which}${tail}${url.slice(whole.length)}`;
}

/** Without the patterns, `:predict` would become part of the name. */
export const PATHS = [
  ['/models/:model([^/:]+)', 'the champion'],
  ['/models/:model([^/:]+)/versions/:version(\\d+)', 'one version'],
  ['/models/:model([^/:]+)/labels/:label([^/:]+)', 'the version that a label names'],
] as const;

/** Parameters of one of the paths. */
export interface Which {
  model: string;
  version?: string;
  label?: string;
}

const MAX_INT64 = 2n ** 63n - 1n;

/** The number as the registry writes it: versions are int64 there. @throws TristoreError where it is larger */
export function versionNumber(version: string): string {
  const number = version.length > 100 ? MAX_INT64 + 1n : BigInt(version);
  if (number > MAX_INT64)
    throw new TristoreError(
      'invalid_request',
      `Failed to convert version: ${version.slice(0, 100)} to numeric.`,
    );
  return String(number);
}

/** @throws TristoreError invalid_request, model_not_found, version_not_found, registry_unavailable, overloaded */
export function findVersion(
  catalogue: Catalogue,
  { model, version, label }: Which,
): LoadedVersion | Promise<LoadedVersion> {
  if (label !== undefined) return catalogue.labelled(model, label);
  return catalogue.version(model, version === undefined ? undefined : versionNumber(version));
}
