import { StartupError } from './errors.ts';

const LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/*$/;

/**
 * What `s3://bucket/prefix` names; the prefix is without slashes at its end, and empty for the whole bucket.
 * @throws StartupError naming the setting
 */
export function parseS3Location(location: string, setting: string): { bucket: string; prefix: string } {
  const [, bucket, prefix = ''] = LOCATION.exec(location) ?? [];
  if (!bucket) throw new StartupError(`${setting}: ${location} is not s3://bucket or s3://bucket/prefix`);
  return { bucket, prefix };
}
