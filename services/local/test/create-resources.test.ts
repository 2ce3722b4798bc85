import {
  DescribeTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose';
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { BUCKETS, EVALUATION_TABLES, TABLES, TOPICS } from '@tristore/common/resources.ts';
import t from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { createResources } from '../src/create-resources.ts';
import { type Started, start } from './started.ts';

/** Names of all that there is. */
async function existing({ clients }: Started) {
  const [tables, streams, buckets, topics] = await Promise.all([
    clients.dynamodb.send(new ListTablesCommand({})),
    clients.firehose.send(new ListDeliveryStreamsCommand({})),
    clients.s3.send(new ListBucketsCommand({})),
    clients.sns.send(new ListTopicsCommand({})),
  ]);
  return {
    tables: tables.TableNames,
    streams: streams.DeliveryStreamNames,
    buckets: buckets.Buckets?.map(({ Name }) => Name),
    topics: topics.Topics?.map(({ TopicArn }) => TopicArn?.split(':').at(-1)),
  };
}

const ALL = {
  tables: Object.values(TABLES)
    .map(({ name }) => name)
    .sort(),
  streams: Object.values(EVALUATION_TABLES)
    .map(({ stream }) => stream)
    .sort(),
  buckets: Object.values(BUCKETS).sort(),
  topics: Object.values(TOPICS).sort(),
};

t.test('all that resources.ts names is there, with its keys; a second time changes nothing', async (t) => {
  const started = await start(t, testFolder(t));
  t.same(await existing(started), ALL);
  for (const { name, partitionKey } of Object.values(TABLES)) {
    const { Table } = await started.clients.dynamodb.send(new DescribeTableCommand({ TableName: name }));
    t.match(Table, {
      TableStatus: 'ACTIVE',
      KeySchema: [{ AttributeName: partitionKey, KeyType: 'HASH' }],
    });
  }
  await createResources(started.endpoints);
  t.same(await existing(started), ALL);
});

t.test('what was written survives a restart on the same folder, and creating again', async (t) => {
  const dataDir = testFolder(t);
  const Item = { pk: { S: 'client#1' }, n: { N: '1.5' }, list: { L: [{ S: 'a' }, { NULL: true }] } };
  const object = { Bucket: BUCKETS.artifacts, Key: 'a/b' };

  const first = await start(t, dataDir);
  await first.clients.dynamodb.send(new PutItemCommand({ TableName: TABLES.features.name, Item }));
  await first.clients.s3.send(new PutObjectCommand({ ...object, Body: 'body' }));
  await first.close();

  const second = await start(t, dataDir);
  t.same(await existing(second), ALL);
  const kept = await second.clients.dynamodb.send(
    new GetItemCommand({ TableName: TABLES.features.name, Key: { pk: Item.pk }, ConsistentRead: true }),
  );
  t.same(kept.Item, Item);
  const { Body } = await second.clients.s3.send(new GetObjectCommand(object));
  t.equal(await Body?.transformToString(), 'body');
});

t.test('everything listens on loopback only', async (t) => {
  const { endpoints } = await start(t, testFolder(t));
  for (const [name, endpoint] of Object.entries(endpoints))
    t.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/, name);
});
