import { CreateDeliveryStreamCommand, PutRecordCommand } from '@aws-sdk/client-firehose';
import { BUCKETS } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { start } from '../started.ts';
import { rowsOf } from './stored.ts';

t.test('keys of maps keep their case with CaseInsensitive false, and are lowercased without', async (t) => {
  const dataDir = testFolder(t);
  const { clients, flush } = await start(t, dataDir);
  const create = (name: string, OpenXJsonSerDe: { CaseInsensitive?: boolean }) =>
    clients.firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          RoleARN: 'arn:aws:iam::000000000000:role/local',
          BucketARN: `arn:aws:s3:::${BUCKETS.evaluation}`,
          DataFormatConversionConfiguration: {
            SchemaConfiguration: { TableName: 'prediction_records' },
            InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe } },
          },
        },
      }),
    );
  await create('a-sensitive', { CaseInsensitive: false });
  await create('b-insensitive', { CaseInsensitive: true });
  await create('c-default', {});
  for (const name of ['a-sensitive', 'b-insensitive', 'c-default', 'prediction-records'])
    await clients.firehose.send(
      new PutRecordCommand({
        DeliveryStreamName: name,
        Record: {
          Data: Buffer.from(
            JSON.stringify({
              event_id: name,
              created_at: '2026-03-04 05:06:07.089',
              features: { LIMIT_BAL: 1 },
              Model_Name: 'm',
            }),
          ),
        },
      }),
    );
  await flush();
  const kept = [{ key: 'LIMIT_BAL', value: 1 }];
  const lowered = [{ key: 'limit_bal', value: 1 }];
  t.match(await rowsOf(dataDir, 'prediction_records'), [
    { event_id: 'a-sensitive', features: kept, model_name: null },
    { event_id: 'b-insensitive', features: lowered, model_name: 'm' },
    { event_id: 'c-default', features: lowered, model_name: 'm' },
    { event_id: 'prediction-records', features: kept, model_name: null },
  ]);
});
