import { join } from 'node:path';
import { FIREHOSE_BUFFER_SECONDS } from '@tristore/common/resources.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startFirehose } from './firehose/server.ts';
import { FolderObjects } from './s3/folder-objects.ts';
import { startS3 } from './s3/server.ts';
import { startSns } from './sns.ts';

export interface Endpoints {
  dynamodb: string;
  firehose: string;
  s3: string;
  sns: string;
}

export interface Embedded {
  endpoints: Endpoints;
  /** Delivers now what Firehose holds. */
  flush(): Promise<void>;
  /** Takes no more, delivers what Firehose holds, and closes. */
  close(): Promise<void>;
}

/** DynamoDB, Firehose, S3 and SNS on loopback and on their own wire protocols; all is kept below `dataDir`. */
export async function startEmbedded(options: {
  dataDir: string;
  firehoseBufferSeconds?: number;
}): Promise<Embedded> {
  const { dataDir, firehoseBufferSeconds = FIREHOSE_BUFFER_SECONDS } = options;
  const objects = new FolderObjects(join(dataDir, 's3'));
  await objects.clearTemporary();
  const [dynamodb, s3, sns, firehose] = await Promise.all([
    startDynamoDb({ folder: join(dataDir, 'dynamodb') }),
    startS3(objects),
    startSns({ folder: join(dataDir, 'sns') }),
    startFirehose({ folder: join(dataDir, 'firehose'), objects, bufferMs: firehoseBufferSeconds * 1000 }),
  ]);
  return {
    endpoints: {
      dynamodb: dynamodb.endpoint,
      firehose: firehose.endpoint,
      s3: s3.endpoint,
      sns: sns.endpoint,
    },
    flush: () => firehose.flush(),
    async close() {
      await firehose.close();
      await Promise.all([dynamodb.close(), s3.close(), sns.close()]);
    },
  };
}
