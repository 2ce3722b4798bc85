import { resolve } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { StartupError } from '@tristore/common/errors.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { endpointsIn } from '../launch/kept-endpoints.ts';
import { LOCAL_AWS } from '../local-aws.ts';

/** Which feature store is meant. */
export type PlaceChoice =
  | { kind: 'local'; dataDir: string }
  | { kind: 'emulator'; endpoint: string }
  | { kind: 'aws'; featuresTable: string; stateTable: string };

/** A feature store that commands work on. */
export interface Place {
  /** Stays the same from one run to the next, though a local endpoint does not. */
  name: string;
  client: DynamoDBClient;
  featuresTable: string;
  stateTable: string;
}

/** A command has time: it tries for longer than a request may, and has more connections than the SDK's 50. */
const limits = (connections: number): DynamoDBClientConfig => ({
  maxAttempts: 8,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 20_000,
    throwOnRequestTimeout: true,
    httpAgent: { maxSockets: connections },
    httpsAgent: { maxSockets: connections },
  },
});

/** Opens DynamoDB by endpoint alone. @throws StartupError where local mode does not run */
export async function openPlace(choice: PlaceChoice, connections: number): Promise<Place> {
  const common = limits(connections);
  const tables = { featuresTable: TABLES.features.name, stateTable: TABLES.state.name };
  switch (choice.kind) {
    case 'local': {
      const { dynamodb: endpoint } = await endpointsIn(choice.dataDir);
      const client = new DynamoDBClient({ ...common, ...LOCAL_AWS, endpoint });
      return { name: resolve(choice.dataDir), client, ...tables };
    }
    case 'emulator': {
      const { endpoint } = choice;
      return { name: endpoint, client: new DynamoDBClient({ ...common, ...LOCAL_AWS, endpoint }), ...tables };
    }
    case 'aws': {
      const { featuresTable, stateTable } = choice;
      const client = new DynamoDBClient(common);
      const region = await client.config.region().catch((error: Error) => {
        throw new StartupError(`${error.message}: set AWS_REGION`);
      });
      return { name: `aws ${region}`, client, featuresTable, stateTable };
    }
  }
}
