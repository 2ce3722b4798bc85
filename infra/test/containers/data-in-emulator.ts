import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { FirehoseClient, ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose';
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import { S3Registry } from '@tristore/common/registry/s3-registry.ts';
import { publishToBucket } from '@tristore/local/compose/publish-to-bucket.ts';
import type { Test } from 'tap';
import { emulatedStage } from '../data-template.ts';
import { makeKey, startServices } from './deployed-services.ts';
import { emptyBucket } from './emptied.ts';
import { emulatedTemplate } from './emulated-template.ts';
import type { Emulator } from './emulator.ts';

const COMMITTED = fileURLToPath(new URL('../../../model-artifacts', import.meta.url));
const MODEL = 'credit-default';
const STACK = 'tristore-test-data';

/** The data stack, deployed by CloudFormation; to be the emulator's first, since nothing may be left at its end. */
export async function dataInEmulator(t: Test, emulator: Emulator): Promise<void> {
  const s3 = new S3Client({ ...emulator.client, forcePathStyle: true });
  t.teardown(() => s3.destroy());
  const outputs = await emulator.deploy(STACK, emulatedTemplate(await emulatedStage()));
  const { RecordsBucket: records = '', ArtifactBucket: artifacts = '' } = outputs;

  await publishToBucket(COMMITTED, s3, artifacts);
  const registry = new S3Registry({ client: s3, bucket: artifacts, prefix: '' });
  const { feature_views: [view] = [] } = await readManifest(registry, MODEL, '1');
  const key = await makeKey(emulator, outputs);
  const url = await startServices(t, emulator, outputs);
  const call = async (method: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json', 'x-api-key': key };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  /** Lines that were delivered below a folder of the bucket. */
  const kept = async (prefix: string): Promise<Record<string, unknown>[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: records, Prefix: prefix }));
    const texts = await Promise.all(
      Contents.map(async ({ Key }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: records, Key }));
        return (await Body?.transformToString()) ?? '';
      }),
    );
    return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line));
  };
  const found = async (prefix: string, is: (record: Record<string, unknown>) => boolean) => {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) {
      const record = (await kept(prefix)).find(is);
      if (record) return record;
    }
    throw new Error(`no such record below ${prefix}`);
  };

  await t.test('a prediction flows through what was deployed', async (t) => {
    const declared = await call('PUT', `/v1/feature-views/${view?.name}`, view ?? {});
    t.ok([200, 201].includes(declared.status), `view: ${declared.status} ${JSON.stringify(declared.body)}`);
    const values = {
      ...{ LIMIT_BAL: 200_000, EDUCATION: 2, AGE: 41, PAY_0: 0, PAY_2: 0, PAY_3: 0 },
      ...{ BILL_AMT1: 52_000, BILL_AMT2: 50_100, BILL_AMT3: 48_300 },
      ...{ PAY_AMT1: 3000, PAY_AMT2: 3000, PAY_AMT3: 2500 },
    };
    t.match(await call('PUT', `/v1/features/${view?.name}/anna`, { values }), {
      status: 200,
      body: { written: true },
    });
    const asked = { model: { model_name: MODEL }, client: { id: 'anna' }, reference: 'of-anna' };
    const answer = await call('POST', '/v1/predictions', asked);
    t.match(answer, { status: 200, body: { model_version: '1' } }, JSON.stringify(answer.body));
    const { event_id, probability } = answer.body;
    t.match(await found('prediction_records/', (record) => record['event_id'] === event_id), {
      entity_id: 'anna',
      probability,
      reference: 'of-anna',
    });
    const told = { event_id, outcome: 1, observed_at: new Date().toISOString() };
    const outcome = await call('POST', '/v1/outcomes', told);
    t.ok(outcome.status < 300, `outcome: ${outcome.status} ${JSON.stringify(outcome.body)}`);
    t.match(await found('outcome_records/', (record) => record['event_id'] === event_id), { outcome: 1 });
  });

  await t.test('it is removed again, and nothing is left', async (t) => {
    const buckets = async () =>
      (await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name = '' }) => Name);
    for (const name of (await buckets()) ?? []) await emptyBucket(s3, name);
    await emulator.remove(STACK);
    const others = [
      new DynamoDBClient(emulator.client),
      new FirehoseClient(emulator.client),
      new SNSClient(emulator.client),
    ] as const;
    const [dynamoDb, firehose, sns] = others;
    t.same(await buckets(), []);
    t.same((await dynamoDb.send(new ListTablesCommand({}))).TableNames, []);
    t.same((await firehose.send(new ListDeliveryStreamsCommand({}))).DeliveryStreamNames, []);
    t.same((await sns.send(new ListTopicsCommand({}))).Topics ?? [], []);
    for (const client of others) client.destroy();
  });
}
