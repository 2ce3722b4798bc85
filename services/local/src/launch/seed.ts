import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { readManifest } from '@tristore/common/registry/read-version.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { DynamoDbFeatureStore } from '@tristore/orchestrator/feature-store/dynamodb-feature-store.ts';
import { DynamoDbViewStore } from '@tristore/orchestrator/feature-store/dynamodb-view-store.ts';
import { syntheticClients } from '../demo/clients.ts';

const VIEW = 'credit-default';
const CLIENTS = 500;
const SEED = 1;
const AT_ONCE = 50;
const DONE = { pk: { S: `seeded#${VIEW}` } };

/** Declares the views that the champions need, where they are not declared yet. */
export async function declareViews(
  client: DynamoDBClient,
  registry: Registry,
  stateTable: string = TABLES.state.name,
): Promise<void> {
  const views = new DynamoDbViewStore(client, stateTable);
  for (const model of await registry.models()) {
    const champion = (await registry.aliases(model))?.state.champion;
    if (!champion) continue;
    const { feature_views: needed } = await readManifest(registry, model, champion);
    for (const view of needed) if (!(await views.get(view.name))) await views.put(view, undefined);
  }
}

/** Loads the synthetic clients, once in the life of a data folder: what a user changed or deleted stays so. */
export async function loadClients(client: DynamoDBClient): Promise<number> {
  const TableName = TABLES.state.name;
  if ((await client.send(new GetItemCommand({ TableName, Key: DONE }))).Item) return 0;
  const store = new DynamoDbFeatureStore({ client, table: TABLES.features.name });
  const eventTime = new Date();
  const clients = syntheticClients(CLIENTS, SEED);
  for (let i = 0; i < clients.length; i += AT_ONCE)
    await Promise.all(
      clients
        .slice(i, i + AT_ONCE)
        .map(({ id, values }) => store.write({ view: VIEW, id }, { values, eventTime })),
    );
  await client.send(new PutItemCommand({ TableName, Item: { ...DONE, at: { S: eventTime.toISOString() } } }));
  return clients.length;
}
