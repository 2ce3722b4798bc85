import { S3Client } from '@aws-sdk/client-s3';
import { StartupError } from '../errors.ts';
import { S3Registry } from './s3-registry.ts';

/**
 * Opens the registry that `s3://bucket/prefix` names. Region, credentials and endpoint are the SDK's own business;
 * an emulator behind an endpoint takes the bucket's name in the path alone.
 * @throws StartupError
 */
export function openS3Registry(location: string, options: { pathStyle: boolean }): S3Registry {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/*$/.exec(location) ?? [];
  if (!bucket) throw new StartupError(`REGISTRY: ${location} is not s3://bucket or s3://bucket/prefix`);
  const client = new S3Client({
    maxAttempts: 2,
    forcePathStyle: options.pathStyle,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 5_000,
      socketTimeout: 5_000,
      throwOnRequestTimeout: true,
    },
  });
  return new S3Registry({ client, bucket, prefix });
}
