import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  ListDeliveryStreamsCommand,
} from '@aws-sdk/client-firehose';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { errorPrefix, partitionQuery, recordPrefix } from '@tristore/common/evaluation-store/delivery.ts';
import {
  BUCKETS,
  EVALUATION_TABLES,
  FIREHOSE_BUFFER_MB,
  FIREHOSE_BUFFER_SECONDS,
  TABLES,
  TOPICS,
} from '@tristore/common/resources.ts';
import type { Endpoints } from './embedded.ts';

const ROLE = 'arn:aws:iam::000000000000:role/local';

/** Creates the tables of `resources.ts` where they are not there; dynalite knows no time to live. */
export async function createTables(client: DynamoDBClient): Promise<void> {
  for (const { name, partitionKey, timeToLive } of Object.values(TABLES)) {
    const command = new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: partitionKey, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
    });
    await client.send(command).catch((error: unknown) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
    // also where it was there: another process may have begun it a moment ago
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 1 }, { TableName: name });
    const expiry = { Enabled: true, AttributeName: timeToLive };
    await client
      .send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: expiry }))
      .catch((error: Error) => {
        if (error.name !== 'UnknownOperationException') throw error;
      });
  }
}

/** AWS and its emulators make a stream some time after they answer. @throws where it is not active in time */
async function waitUntilActive(client: FirehoseClient, stream: string): Promise<void> {
  const describe = new DescribeDeliveryStreamCommand({ DeliveryStreamName: stream });
  let status: string | undefined;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    const { DeliveryStreamDescription: found } = await client.send(describe);
    status = found?.DeliveryStreamStatus;
    if (status === 'ACTIVE') return;
    if (status === 'CREATING_FAILED') break;
  }
  throw new Error(`the delivery stream ${stream} is ${status}`);
}

async function createStreams(client: FirehoseClient): Promise<void> {
  const { DeliveryStreamNames: existing } = await client.send(new ListDeliveryStreamsCommand({}));
  for (const [table, { stream, prefix, time }] of Object.entries(EVALUATION_TABLES)) {
    if (existing?.includes(stream)) {
      await waitUntilActive(client, stream);
      continue;
    }
    await client.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: stream,
        DeliveryStreamType: 'DirectPut',
        ExtendedS3DestinationConfiguration: {
          RoleARN: ROLE,
          BucketARN: `arn:aws:s3:::${BUCKETS.evaluation}`,
          Prefix: recordPrefix(prefix),
          ErrorOutputPrefix: errorPrefix(prefix),
          BufferingHints: { IntervalInSeconds: FIREHOSE_BUFFER_SECONDS, SizeInMBs: FIREHOSE_BUFFER_MB },
          DynamicPartitioningConfiguration: { Enabled: true },
          ProcessingConfiguration: {
            Enabled: true,
            Processors: [
              {
                Type: 'MetadataExtraction',
                Parameters: [
                  {
                    ParameterName: 'MetadataExtractionQuery',
                    ParameterValue: partitionQuery(time),
                  },
                  { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
                ],
              },
            ],
          },
          DataFormatConversionConfiguration: {
            Enabled: true,
            SchemaConfiguration: { RoleARN: ROLE, DatabaseName: 'tristore', TableName: table },
            // keys of maps are column names of a view, whose case matters
            InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: { CaseInsensitive: false } } },
            OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: 'SNAPPY' } } },
          },
        },
      }),
    );
    await waitUntilActive(client, stream);
  }
}

/** Creates what `resources.ts` names and is not there yet, through the same SDK as on AWS. */
export async function createResources(endpoints: Endpoints): Promise<void> {
  const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const dynamoDb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
  const sns = new SNSClient({ ...common, endpoint: endpoints.sns });
  const firehose = new FirehoseClient({ ...common, endpoint: endpoints.firehose });
  try {
    await createTables(dynamoDb);
    for (const Bucket of Object.values(BUCKETS)) await s3.send(new CreateBucketCommand({ Bucket }));
    for (const Name of Object.values(TOPICS)) await sns.send(new CreateTopicCommand({ Name }));
    await createStreams(firehose);
  } finally {
    for (const client of [dynamoDb, s3, sns, firehose]) client.destroy();
  }
}
