import { fileURLToPath } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Outputs } from '../../lib/outputs.ts';
import type { Stage } from '../../stages/stage.ts';
import { needed } from '../stack-outputs.ts';
import { showFirstKey } from './first-key.ts';
import { publishFirstModels } from './publish-model.ts';
import { dnsText, keyText, noKeyText, urlsText } from './report.ts';
import { smokeTest } from './smoke-test.ts';

const COMMITTED = fileURLToPath(new URL('../../../model-artifacts', import.meta.url));

export interface AfterDeployment {
  stage: Pick<Stage, 'name' | 'region' | 'exposure'>;
  outputs: Outputs;
  s3: S3Client;
  dynamodb: DynamoDBClient;
  /** Who deploys, for the audit of keys. */
  by: string;
  /** Whether the first API key is made, where none was, and shown. */
  firstKey: boolean;
  write(text: string): void;
  patienceMs?: number;
}

/**
 * What turns deployed stacks into a service that answers: a model, its views, a key, and the proof. Doing it again
 * changes nothing that is there.
 * @throws StartupError
 */
export async function finishDeployment(options: AfterDeployment): Promise<void> {
  const { stage, outputs, s3, dynamodb, by, firstKey, write, patienceMs } = options;
  const {
    artifactsBucket: bucket,
    stateTable,
    url,
  } = needed(outputs, 'artifactsBucket', 'stateTable', 'url');
  const published = await publishFirstModels({ s3, bucket, dynamodb, stateTable, committed: COMMITTED });
  write(published.length ? `published ${published.join(', ')}\n` : 'models are published already\n');
  let shown = '';
  const show = (key: string, id: string) => {
    shown = key;
    write(keyText(key, id, stateTable));
  };
  if (!firstKey) write(noKeyText(stage, stateTable));
  else if (!(await showFirstKey(dynamodb, stateTable, { by, show })))
    write(`the first API key was made before: npm run keys -- list --aws --state-table ${stateTable}\n`);
  write(`${dnsText(stage, outputs)}smoke test …\n`);
  const smoke = await smokeTest({ url, dynamodb, stateTable, by, ...(patienceMs && { patienceMs }) });
  const { event_id: id, model_version: version, probability, milliseconds } = smoke;
  write(
    `smoke test: version ${version} says ${probability.toFixed(4)} in ${milliseconds.toFixed(0)} ms (event ${id})\n`,
  );
  write(`\nTristore ${stage.name} is ready.\n\n${urlsText(stage, outputs)}${shown && hint(url)}`);
}

const hint = (url: string) => `
Try it, with the key above in $KEY:

  curl -s ${url}/v1/registry -H "x-api-key: $KEY"
`;
