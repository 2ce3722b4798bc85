import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { StartupError } from '@tristore/common/errors.ts';
import { findStack } from '../stack-outputs.ts';
import { emptyBucket } from './empty-bucket.ts';
import type { DeployedStack } from './plan.ts';

/** Network interfaces of tasks and endpoints keep a VPC for up to half an hour. */
const DELETE_MS = 3_600_000;
/** What was on its way to a bucket comes after it was emptied: Firehose and access logs gather for minutes. */
const TRIES = 3;

type Doomed = Pick<DeployedStack, 'name' | 'leftIds'>;

export interface StackDeletion {
  cloudFormation: CloudFormationClient;
  s3: S3Client;
  say(line: string): void;
  /** Milliseconds between two looks at what CloudFormation does. */
  pollMs?: number;
}

/** Those that go with the stack: what is left behind keeps what it holds. */
async function bucketsOf(client: CloudFormationClient, { name: stack, leftIds }: Doomed): Promise<string[]> {
  const buckets: string[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stack }))
    for (const {
      LogicalResourceId,
      ResourceType,
      PhysicalResourceId,
      ResourceStatus,
    } of page.StackResourceSummaries ?? [])
      if (
        ResourceType === 'AWS::S3::Bucket' &&
        PhysicalResourceId &&
        ResourceStatus !== 'DELETE_COMPLETE' &&
        !leftIds.has(LogicalResourceId ?? '')
      )
        buckets.push(PhysicalResourceId);
  return buckets;
}

async function whyNot(client: CloudFormationClient, stack: string): Promise<string> {
  for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: stack }))
    for (const event of StackEvents)
      if (event.ResourceStatus === 'DELETE_FAILED' && event.LogicalResourceId !== stack)
        return `${event.LogicalResourceId}: ${event.ResourceStatusReason}`;
  return 'CloudFormation does not say why';
}

/** @returns whether it is gone; false where CloudFormation gave up */
async function gone(client: CloudFormationClient, id: string, pollMs: number): Promise<boolean> {
  for (const until = Date.now() + DELETE_MS; Date.now() < until; await sleep(pollMs)) {
    // by its id: a deleted stack is found by that alone
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: id }));
    if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return true;
    if (stack.StackStatus === 'DELETE_FAILED') return false;
  }
  throw new StartupError(`${id} is not deleted after ${DELETE_MS / 60_000} minutes; look in CloudFormation`);
}

/**
 * Deletes a stack with all that is in its buckets: CloudFormation itself deletes no bucket that holds something.
 * @throws StartupError with CloudFormation's reason
 */
export async function deleteStack(
  doomed: Doomed,
  { cloudFormation, s3, say, pollMs = 5_000 }: StackDeletion,
): Promise<void> {
  const { name } = doomed;
  const stack = await findStack(cloudFormation, name);
  if (!stack) return;
  if (stack.EnableTerminationProtection)
    await cloudFormation.send(
      new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
    );
  for (let attempt = 1; ; attempt++) {
    for (const bucket of await bucketsOf(cloudFormation, doomed)) {
      const deleted = await emptyBucket(s3, bucket);
      if (deleted) say(`${name}: ${deleted} objects deleted from ${bucket}`);
    }
    await cloudFormation.send(new DeleteStackCommand({ StackName: name }));
    say(`${name}: being deleted`);
    if (await gone(cloudFormation, stack.StackId ?? name, pollMs)) return say(`${name}: gone`);
    const why = await whyNot(cloudFormation, name);
    if (attempt === TRIES) throw new StartupError(`${name} cannot be deleted: ${why}`);
    say(`${name}: ${why}; once more`);
  }
}
