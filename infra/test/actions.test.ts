import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUCKETS, EVALUATION_TABLES, TABLES } from '@tristore/common/resources.ts';
import { Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import t from 'tap';
import { allows, grantsOf } from '../checks/grants.ts';
import { synthesise } from '../checks/synthesise.ts';
import { loadStage } from '../stages/load-stage.ts';
import { recordFlow } from './recorded-flow.ts';
import { IMAGES } from './sample-stage.ts';

t.setTimeout(300_000);

const SERVICES = ['orchestrator', 'model'] as const;

/** What no process of ours asks for by itself: AWS looks for it when it does what was asked. */
const ON_BEHALF: { action: RegExp; resource?: RegExp; why: string }[] = [
  {
    action: /^kms:/,
    why: 'S3, DynamoDB and Firehose use the key in the name of who calls; emulators encrypt nothing',
  },
  { action: /^glue:Get/, why: 'Athena reads tables in the name of who asks' },
  {
    action: /^s3:(GetObject|ListBucket|GetBucketLocation)$/,
    resource: /Evaluation/i,
    why: 'Athena reads records in the name of who asks',
  },
  {
    action:
      /^s3:(PutObject|GetObject|ListBucket|GetBucketLocation|AbortMultipartUpload|ListMultipartUploadParts|ListBucketMultipartUploads)$/,
    resource: /Evaluation|Results/i,
    why: 'Athena writes results in the name of who asks',
  },
  { action: /^ssmmessages:/, why: 'ECS Exec, by the agent in the task' },
];

/** Calls in the source that the services do not make: the operator's commands do, with credentials of their own. */
const OPERATORS: Record<string, string[]> = {
  'services/common/src/auth/key-register.ts': ['*'],
  'services/orchestrator/src/evaluation-log/rescue/s3-rescue-store.ts': ['s3:DeleteObject'],
};

const IAM_NAMES: Record<string, string> = { ListObjectsV2: 'ListBucket' };
const CLIENTS = ['dynamodb', 'firehose', 's3', 'athena'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The IAM actions of the SDK's commands that a file sends. */
function actionsIn(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const service = CLIENTS.find((name) => source.includes(`'@aws-sdk/client-${name}'`));
  const used = source.matchAll(/new (\w+)Command\(|(?<!type )\bpaginate(\w+)\(/g);
  return [...used].map(([, sent, paged]) => {
    const name = sent ?? paged ?? '';
    return `${service}:${IAM_NAMES[name] ?? name}`;
  });
}

const sources = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

t.test('the AWS actions of both services, and their roles', async (t) => {
  const recorder = await recordFlow(t);
  t.same(recorder.unknown, [], 'each request has a name');

  await t.test('the recording leaves out no call that the source can make', async (t) => {
    const recorded = new Set(recorder.recorded.map(({ action }) => action));
    for (const file of ['orchestrator', 'common', 'model'].flatMap((name) => sources(`services/${name}/src`)))
      for (const action of actionsIn(file)) {
        const elsewhere = OPERATORS[file] ?? [];
        if (!elsewhere.includes('*') && !elsewhere.includes(action))
          t.ok(recorded.has(action), `${file}: ${action}`);
      }
  });

  for (const name of ['sand', 'prd'] as const) {
    const { stacks, references } = synthesise({ stage: loadStage(name), images: IMAGES });
    const { featureStore, evaluationStore, artifacts } = stacks.data;
    const arn = (token: string) => references.text(stacks.data.stackName, stacks.data.resolve(token));
    const streams = EVALUATION_TABLES;
    const arns: Record<string, string> = {
      [`table/${TABLES.features.name}`]: arn(featureStore.features.tableArn),
      [`table/${TABLES.state.name}`]: arn(featureStore.state.tableArn),
      [`stream/${streams.prediction_records.stream}`]: arn(evaluationStore.predictions.deliveryStreamArn),
      [`stream/${streams.outcome_records.stream}`]: arn(evaluationStore.outcomes.deliveryStreamArn),
      [`bucket/${BUCKETS.artifacts}`]: arn(artifacts.bucket.bucketArn),
      [`bucket/${BUCKETS.evaluation}`]: arn(evaluationStore.bucket.bucketArn),
    };
    /** Undefined for what names no resource: Athena's questions about a query. */
    const arnOf = (resource: string): string | undefined => {
      const [kind, first = '', ...key] = resource.split('/');
      if (kind !== 'object') return arns[resource];
      return `${arns[`bucket/${first}`]}/${key.join('/')}`;
    };

    for (const service of SERVICES) {
      const task = stacks.services[service].taskDefinition as ecs.FargateTaskDefinition;
      const role = Stack.of(task).getLogicalId(task.taskRole.node.defaultChild as never);
      const grants = grantsOf(references, stacks.services.stackName, role);
      const recorded = recorder.recorded.filter(({ who }) => who === service);

      await t.test(`${name}: all that the ${service} did is granted`, async (t) => {
        t.ok(recorded.length > 5, 'something was recorded');
        for (const action of recorded) {
          const resource = arnOf(action.resource);
          t.ok(
            grants.some((grant) => allows(grant, action, resource ?? grant.resource)),
            `${action.action} on ${action.resource} ${action.prefix ?? ''}`,
          );
        }
      });

      await t.test(`${name}: nothing is granted that the ${service} did not do`, async (t) => {
        for (const grant of grants) {
          const line = `${grant.action} on ${grant.resource}`;
          t.notMatch(grant.action, /\*/, `${line} is named in full`);
          const done = recorded.some((action) =>
            allows(grant, action, arnOf(action.resource) ?? grant.resource),
          );
          const reason = ON_BEHALF.find(
            ({ action, resource = /./ }) => action.test(grant.action) && resource.test(grant.resource),
          );
          t.ok(done || reason, line);
        }
      });
    }
  }
});
