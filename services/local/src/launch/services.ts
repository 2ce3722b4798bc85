import { join } from 'node:path';
import { ENVARS } from '@tristore/common/envars.ts';
import { BUCKETS, TABLES } from '@tristore/common/resources.ts';
import type { Endpoints } from '../embedded.ts';
import { LOCAL_AWS } from '../local-aws.ts';
import { ChildService } from './child-service.ts';
import type { Prepared } from './prepare.ts';

export interface ServiceFacts {
  dataDir: string;
  registryDir: string;
  endpoints: Endpoints;
  prepared: Prepared;
  orchestratorPort: number;
  modelPort: number;
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

function start(
  facts: ServiceFacts,
  name: string,
  port: number,
  readyPath: string,
  own: Record<string, string>,
): ChildService {
  const { dataDir, endpoints, prepared } = facts;
  return new ChildService({
    name,
    program: new URL(`../../../${name}/src/main.ts`, import.meta.url),
    readyUrl: `${urlOf(port)}${readyPath}`,
    logFile: join(dataDir, 'logs', `${name}.log`),
    environment: {
      [ENVARS.PORT]: String(port),
      [ENVARS.HOST]: '127.0.0.1',
      [ENVARS.REGISTRY]: facts.registryDir,
      [ENVARS.SERVICE_KEY]: prepared.serviceKey,
      [ENVARS.STATE_TABLE]: TABLES.state.name,
      [ENVARS.AWS_REGION]: LOCAL_AWS.region,
      [ENVARS.AWS_ENDPOINT_URL_DYNAMODB]: endpoints.dynamodb,
      [ENVARS.AWS_ENDPOINT_URL_FIREHOSE]: endpoints.firehose,
      [ENVARS.AWS_ENDPOINT_URL_S3]: endpoints.s3,
      AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
      ...own,
    },
  });
}

export const startModel = (facts: ServiceFacts): ChildService =>
  start(facts, 'model', facts.modelPort, '/v2/health/ready', {});

export const startOrchestrator = (facts: ServiceFacts): ChildService =>
  start(facts, 'orchestrator', facts.orchestratorPort, '/health/ready', {
    [ENVARS.MODEL_SERVER_URL]: urlOf(facts.modelPort),
    [ENVARS.SPOOL_DIR]: join(facts.dataDir, 'spool'),
    [ENVARS.EVALUATION_STORE]: join(facts.dataDir, 's3', BUCKETS.evaluation),
  });
