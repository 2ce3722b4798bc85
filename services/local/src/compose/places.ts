import { S3Client } from '@aws-sdk/client-s3';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { BUCKETS } from '@tristore/common/resources.ts';
import { LOCAL_AWS, type Places } from '../launch/prepare.ts';
import { publishToBucket } from './publish-to-bucket.ts';

/** On a volume of docker-compose.yml of its own, since only `init` and `welcome` may read it. */
export const API_KEY_FILE = '/var/lib/tristore/api-key/api-key';
const SERVICE_KEY_FILE = '/var/lib/tristore/service-key/service-key';

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
