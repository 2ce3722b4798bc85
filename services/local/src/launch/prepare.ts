import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { storeApiKey } from '@tristore/common/auth/api-key-keeper.ts';
import { SCOPES } from '@tristore/common/auth/principal.ts';
import type { Registry } from '@tristore/common/registry/registry.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { createResources } from '../create-resources.ts';
import type { Endpoints } from '../embedded.ts';
import { LOCAL_AWS } from '../local-aws.ts';
import { keptKey } from './keys.ts';
import { declareViews, loadClients } from './seed.ts';

const COMMITTED = fileURLToPath(new URL('../../../../model-artifacts', import.meta.url));

/** What differs between the data folder of `npm start` and the volumes and buckets of `docker compose up`. */
export interface Places {
  apiKeyFile: string;
  serviceKeyFile: string;
  /** Publishes the committed versions that are not there yet. @returns the registry that is served from then on */
  publish(committed: string): Promise<Registry>;
}

export interface Prepared {
  key: string;
  serviceKey: string;
  /** Loads the synthetic clients where this folder never had them. @returns how many */
  loadClients(): Promise<number>;
}

/** Creates what is missing: tables, streams, buckets, topic, published models, views and keys. */
export async function prepare(
  { apiKeyFile, serviceKeyFile, publish }: Places,
  endpoints: Endpoints,
  chosenKey: string | undefined,
): Promise<Prepared> {
  await createResources(endpoints);
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: endpoints.dynamodb });
  const key = chosenKey ?? (await keptKey(apiKeyFile, 'ts'));
  await storeApiKey(client, TABLES.state.name, key, {
    name: 'local',
    scopes: SCOPES,
    requestsPerMinute: 0,
  });
  const registry = await publish(COMMITTED);
  return {
    key,
    serviceKey: await keptKey(serviceKeyFile, 'service'),
    async loadClients() {
      await declareViews(client, registry);
      const loaded = await loadClients(client);
      client.destroy();
      return loaded;
    },
  };
}
