import { S3Client } from '@aws-sdk/client-s3';
import { parseS3Location } from '../s3-location.ts';
import { S3Registry } from './s3-registry.ts';

/**
 * Opens the registry that `s3://bucket/prefix` names. Region, credentials and endpoint are the SDK's own business;
 * an emulator behind an endpoint takes the bucket's name in the path alone.
 * @throws StartupError
 */
export function openS3Registry(location: string, options: { pathStyle: boolean }): S3Registry {
  const { bucket, prefix } = parseS3Location(location, 'REGISTRY');
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
