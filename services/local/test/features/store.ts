import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { DynamoDbFeatureStore } from '@tristore/orchestrator/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '@tristore/orchestrator/feature-store/dynamodb-view-store.ts';
import type { Test } from 'tap';
import { testFolder } from '../../../common/test/test-folder.ts';
import { createTables } from '../../src/create-resources.ts';
import { startDynamoDb } from '../../src/dynamodb.ts';
import { runCommand } from '../../src/features/run.ts';
import { LOCAL_AWS } from '../../src/local-aws.ts';

/** Every dtype, a range and no derived columns. */
export const VIEW: FeatureView = {
  name: 'people',
  entity: 'client',
  columns: [
    { name: 'income', dtype: 'double', on_missing: 'required', range: { min: 0, max: 1000 } },
    { name: 'children', dtype: 'integer', on_missing: 'default', default: 0 },
    { name: 'owner', dtype: 'boolean', on_missing: 'indicator', default: false },
    { name: 'job', dtype: 'string', on_missing: 'default', default: 'none' },
  ],
  derived: [],
};

/** An embedded DynamoDB that holds the view, and the commands on it. */
export async function startStore(t: Test) {
  const folder = testFolder(t);
  const dynamoDb = await startDynamoDb({ folder: join(folder, 'dynamodb') });
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: dynamoDb.endpoint, maxAttempts: 1 });
  t.teardown(async () => {
    client.destroy();
    await dynamoDb.close();
  });
  await createTables(client);
  await new DynamoDbViewStore(client, TABLES.state.name).put(VIEW, undefined);
  const store = new DynamoDbFeatureStore({ client, table: TABLES.features.name });
  /** As `npm run features -- …` on this store. */
  const run = (...args: string[]) => runOn(dynamoDb.endpoint, ...args);
  const read = async (id: string) => {
    const row = await store.read({ view: VIEW.name, id });
    return row && { values: row.values, event_time: row.eventTime.toISOString() };
  };
  return { folder, endpoint: dynamoDb.endpoint, client, store, run, read };
}

export async function runOn(endpoint: string, ...args: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runCommand([...args, '--compose', '--endpoint', endpoint], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { isTTY: false, write: (text: string) => (stderr += text) },
  });
  return { code, stdout, stderr };
}
