import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  ListTagsForDeliveryStreamCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { EVALUATION_TABLES } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { start } from '../started.ts';

const DeliveryStreamName = EVALUATION_TABLES.prediction_records.stream;
const record = (bytes: number) => ({ Data: Buffer.alloc(bytes, 'x') });

t.test('the operations and their limits', async (t) => {
  const { clients } = await start(t, testFolder(t));
  const { firehose } = clients;
  const putBatch = (Records: { Data: Buffer }[], name: string = DeliveryStreamName) =>
    firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: name, Records }));

  await t.test('500 records are taken, 501 and none are not', async (t) => {
    const answer = await putBatch(Array.from({ length: 500 }, () => record(1)));
    t.equal(answer.FailedPutCount, 0);
    t.equal(new Set(answer.RequestResponses?.map(({ RecordId }) => RecordId)).size, 500);
    await t.rejects(putBatch(Array.from({ length: 501 }, () => record(1))), {
      name: 'ValidationException',
      message: /501/,
    });
    await t.rejects(putBatch([]), { name: 'ValidationException' });
  });

  await t.test('a record has 1,000 KB at most, a batch 4 MB', async (t) => {
    const put = (bytes: number) =>
      firehose.send(new PutRecordCommand({ DeliveryStreamName, Record: record(bytes) }));
    t.ok((await put(1_024_000)).RecordId);
    await t.rejects(put(1_024_001), { name: 'ValidationException', message: /1024001 bytes/ });
    await t.rejects(putBatch([record(1), record(1_024_001)]), { name: 'ValidationException' });
    const large = Array.from({ length: 5 }, () => record(1_000_000));
    t.equal((await putBatch(large.slice(1))).FailedPutCount, 0);
    await t.rejects(putBatch(large), { name: 'InvalidArgumentException', message: /4 MB/ });
    await t.rejects(
      putBatch([...large, ...large]),
      { name: 'InvalidArgumentException' },
      'twice as much too',
    );
  });

  await t.test('a stream that does not exist', async (t) => {
    await t.rejects(putBatch([record(1)], 'other'), { name: 'ResourceNotFoundException' });
    await t.rejects(firehose.send(new PutRecordCommand({ DeliveryStreamName: 'other', Record: record(1) })), {
      name: 'ResourceNotFoundException',
    });
    await t.rejects(firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'other' })), {
      name: 'ResourceNotFoundException',
    });
  });

  await t.test(
    'streams are listed and described, made once, and only for tables that are known',
    async (t) => {
      const { DeliveryStreamNames } = await firehose.send(new ListDeliveryStreamsCommand({}));
      t.same(DeliveryStreamNames, ['outcome-records', 'prediction-records']);
      const { DeliveryStreamDescription } = await firehose.send(
        new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
      );
      t.match(DeliveryStreamDescription, { DeliveryStreamName, DeliveryStreamStatus: 'ACTIVE' });

      const create = (name: string, TableName: string) =>
        firehose.send(
          new CreateDeliveryStreamCommand({
            DeliveryStreamName: name,
            ExtendedS3DestinationConfiguration: {
              RoleARN: 'arn:aws:iam::000000000000:role/local',
              BucketARN: 'arn:aws:s3:::tristore-evaluation',
              DataFormatConversionConfiguration: { SchemaConfiguration: { TableName } },
            },
          }),
        );
      await t.rejects(create(DeliveryStreamName, 'prediction_records'), { name: 'ResourceInUseException' });
      await t.rejects(create('new', 'unknown'), { name: 'InvalidArgumentException', message: /"unknown"/ });
      await t.rejects(create('../out', 'prediction_records'), { name: 'ValidationException' });
    },
  );

  await t.test('what is not embedded says so', async (t) => {
    await t.rejects(firehose.send(new ListTagsForDeliveryStreamCommand({ DeliveryStreamName })), {
      name: 'UnknownOperationException',
      message: /ListTagsForDeliveryStream is not embedded/,
    });
  });
});
