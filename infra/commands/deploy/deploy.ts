import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { BuiltImages } from '../../lib/images.ts';
import type { Stage } from '../../stages/stage.ts';
import { synthesise } from '../assembly.ts';
import { cdk } from '../cdk.ts';
import { preflight } from '../checks/preflight.ts';
import type { Terminal } from '../run-command.ts';
import { readOutputs } from '../stack-outputs.ts';
import { finishDeployment } from './after.ts';
import { confirmDeployment } from './confirm.ts';

export interface Deployment {
  stage: Stage;
  images?: BuiltImages | undefined;
  /** Nothing is asked. */
  yes: boolean;
  /** Whether the first API key is made and shown. */
  firstKey: boolean;
  /** Ends when all is checked: nothing is touched. */
  checkOnly: boolean;
  terminal: Terminal;
}

/** Checks, synthesises, deploys all stacks, and makes them answer. @throws StartupError */
export async function deploy(deployment: Deployment): Promise<void> {
  const { stage, images, yes, firstKey, checkOnly, terminal } = deployment;
  const say = (line: string) => terminal.write(`${line}\n`);
  const caller = await preflight({ stage, builds: !images, say });
  const { folder, stacks } = await synthesise({ stage, images, checked: true });
  say(`${stacks.length} stacks in ${folder}`);
  if (checkOnly) return say(`${stage.name} can be deployed; nothing was touched`);
  if (!yes) await confirmDeployment(stage, caller, terminal);
  const { region } = stage;
  const progress = ['--all', '--require-approval', 'never', '--progress', 'events', '--concurrency', '3'];
  await cdk({ command: 'deploy', folder, region, args: progress });
  const clients = { s3: new S3Client({ region }), dynamodb: new DynamoDBClient({ region }) };
  const cloudFormation = new CloudFormationClient({ region });
  try {
    const outputs = await readOutputs(
      cloudFormation,
      stacks.map(({ name }) => name),
    );
    const by = caller.arn;
    const write = (text: string) => terminal.write(text);
    await finishDeployment({ stage, outputs, ...clients, by, firstKey, write });
  } finally {
    for (const client of [cloudFormation, ...Object.values(clients)]) client.destroy();
  }
}
