import { createResources } from '@tristore/local/create-resources.ts';
import { startEmbedded } from '@tristore/local/embedded.ts';
import type { Test } from 'tap';
import { ServiceProcess } from '../../common/test/service-process.ts';
import { testFolder } from '../../common/test/test-folder.ts';
import { REGISTRY } from './build.ts';

/** The orchestrator as a process of its own, on embedded services, with what it logged. */
export async function startOrchestrator(t: Test, environment: Record<string, string>) {
  const dataDir = testFolder(t);
  const embedded = await startEmbedded({ dataDir, firehoseBufferSeconds: 1 });
  const { endpoints } = embedded;
  t.teardown(() => embedded.close());
  await createResources(endpoints);
  const service = new ServiceProcess(t, new URL('../src/main.ts', import.meta.url), {
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
  });
  return { url: await service.listening(), endpoints, said: service.said };
}
