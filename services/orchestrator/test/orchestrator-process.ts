import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createResources } from '@tristore/local/create-resources.ts';
import { startEmbedded } from '@tristore/local/embedded.ts';
import type { Test } from 'tap';
import { testFolder } from '../../common/test/test-folder.ts';
import { REGISTRY } from './build.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The orchestrator as a process of its own, on embedded services, with what it logged. */
export async function startOrchestrator(t: Test, environment: Record<string, string>) {
  const dataDir = testFolder(t);
  const embedded = await startEmbedded({ dataDir, firehoseBufferSeconds: 1 });
  const { endpoints } = embedded;
  await createResources(endpoints);
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      REGISTRY,
      SPOOL_DIR: `${dataDir}/spool`,
      SERVICE_KEY: 'the-service-key',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'the-aws-secret',
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_FIREHOSE: endpoints.firehose,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      ...environment,
    },
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
    await embedded.close();
  });
  const listening = async (): Promise<string> => {
    for (;;) {
      const url = /Server listening at (http:[^"]+)/.exec(said.out)?.[1];
      if (url) return url;
      if (child.exitCode !== null) throw new Error(`it ended: ${said.err}`);
      await Promise.race([ended, once(child.stdout ?? child, 'data')]);
    }
  };
  return { url: await listening(), endpoints, said };
}
