import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Test } from 'tap';
import { createResources } from '../src/create-resources.ts';
import { type Embedded, type Endpoints, startEmbedded } from '../src/embedded.ts';

/** The SDK's own clients, told nothing but the endpoints. */
export function clientsOf(endpoints: Endpoints) {
  const common = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  return {
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
    firehose: new FirehoseClient({ ...common, endpoint: endpoints.firehose }),
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
    sns: new SNSClient({ ...common, endpoint: endpoints.sns }),
  };
}

export type Started = Embedded & { clients: ReturnType<typeof clientsOf> };

/** The embedded services on a folder, with all that `resources.ts` names; closed with the test, or before by it. */
export async function start(t: Test, dataDir: string, firehoseBufferSeconds = 600): Promise<Started> {
  const embedded = await startEmbedded({ dataDir, firehoseBufferSeconds });
  const clients = clientsOf(embedded.endpoints);
  let closed: Promise<void> | undefined;
  const close = () => {
    for (const client of Object.values(clients)) client.destroy();
    closed ??= embedded.close();
    return closed;
  };
  t.teardown(close);
  await createResources(embedded.endpoints);
  return { ...embedded, clients, close };
}
