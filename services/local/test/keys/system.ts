import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { authPlugin } from '@tristore/common/auth/auth-plugin.ts';
import { authenticatorsOf } from '@tristore/common/auth/authenticators.ts';
import { rateLimitPlugin } from '@tristore/common/auth/rate-limit-plugin.ts';
import { ERRORS, TristoreError } from '@tristore/common/errors.ts';
import { TABLES } from '@tristore/common/resources.ts';
import Fastify from 'fastify';
import type { Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { createTables } from '../../src/create-resources.ts';
import { startDynamoDb } from '../../src/dynamodb.ts';
import { runCommand } from '../../src/keys/run.ts';
import { keepEndpoints } from '../../src/launch/kept-endpoints.ts';

const JWT_OFF = { OIDC_ALGORITHMS: 'RS256', OIDC_CLOCK_TOLERANCE_SECONDS: 5, OIDC_SCOPE_PREFIX: '' };

/** A data folder with a running DynamoDB, and the command that works on it. */
export async function startSystem(t: Test) {
  const dataDir = testFolder(t);
  const dynamoDb = await startDynamoDb({ folder: `${dataDir}/dynamodb` });
  const { endpoint } = dynamoDb;
  await keepEndpoints(dataDir, { dynamodb: endpoint, firehose: endpoint, s3: endpoint, sns: endpoint });
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await createTables(client);
  t.teardown(async () => {
    client.destroy();
    await dynamoDb.close();
  });

  /** `npm run keys -- …` on this folder, unless the arguments name another place. */
  const keys = async (...args: string[]) => {
    const said = { stdout: '', stderr: '' };
    const into = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => {
        said[name] += text;
      },
    });
    const place = args.some((arg) => arg === '--compose' || arg === '--data') ? [] : ['--data', dataDir];
    const streams = { stdout: into('stdout'), stderr: into('stderr') };
    const code = await runCommand([...args, ...place], streams);
    return { code, ...said };
  };
  const made = async (...args: string[]): Promise<{ key: string; kept: { id: string } }> => {
    const { code, stdout, stderr } = await keys(...args, '--json');
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  /** A service that listens, with a cache of keys of its own. @returns how it answers a key */
  const replica = async () => {
    const app = Fastify();
    app.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof TristoreError ? ERRORS[error.code].status : 500).send(),
    );
    await app.register(authPlugin, {
      authenticators: authenticatorsOf(JWT_OFF, { client, table: TABLES.state.name }),
    });
    await app.register(rateLimitPlugin, {});
    app.get('/predict', { config: { scope: 'predict' } }, async ({ principal }) => principal);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    t.teardown(() => app.close());
    return (key: string) => fetch(`${url}/predict`, { headers: { 'x-api-key': key } });
  };
  return { client, dataDir, endpoint, keys, made, replica };
}
