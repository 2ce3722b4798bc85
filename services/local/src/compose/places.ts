import { S3Client } from '@aws-sdk/client-s3';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { BUCKETS } from '@tristore/common/resources.ts';
import type { Places } from '../launch/prepare.ts';
import { LOCAL_AWS } from '../local-aws.ts';
import { API_KEY_FILE, SERVICE_KEY_FILE } from './key-files.ts';
import { publishToBucket } from './publish-to-bucket.ts';

/** Keys on volumes, the registry in the emulator's bucket. */
export const placesAt = (endpoint: string): Places => ({
  apiKeyFile: API_KEY_FILE,
  serviceKeyFile: SERVICE_KEY_FILE,
  async publish(committed) {
    const client = new S3Client({ ...LOCAL_AWS, endpoint, forcePathStyle: true });
    await publishToBucket(committed, client, BUCKETS.artifacts);
    return new S3Registry({ client, bucket: BUCKETS.artifacts, prefix: '' });
  },
});
