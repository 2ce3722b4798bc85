import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { StartupError } from '@tristore/common/errors.ts';
import { TABLES } from '@tristore/common/resources.ts';
import { endpointsIn } from '../launch/kept-endpoints.ts';
import { LOCAL_AWS } from '../local-aws.ts';

/** Which table of keys is meant. */
export type TablePlace =
  | { kind: 'local'; dataDir: string }
  | { kind: 'emulator'; endpoint: string }
  | { kind: 'aws'; table: string };

export interface KeyTable {
  client: DynamoDBClient;
  table: string;
}

/** Milliseconds for one call: nobody waits at a terminal for longer. */
const LIMITS = { maxAttempts: 3, requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true } };

/** @throws StartupError where local mode does not run on the folder */
export async function openTable(place: TablePlace): Promise<KeyTable> {
  if (place.kind === 'aws') return { client: new DynamoDBClient(LIMITS), table: place.table };
  const endpoint =
    place.kind === 'emulator' ? place.endpoint : (await endpointsIn(resolve(place.dataDir))).dynamodb;
  return { client: new DynamoDBClient({ ...LIMITS, ...LOCAL_AWS, endpoint }), table: TABLES.state.name };
}

const WHERE: Readonly<Record<TablePlace['kind'], string>> = {
  local: 'npm start runs it',
  emulator: 'docker compose up starts it, --endpoint names another',
  aws: 'are AWS_REGION and the credentials set?',
};

/** What went wrong with the table, in words of the operator. */
export function tableFault(error: unknown, place: TablePlace): unknown {
  const { name, message } = error as Error;
  if (error instanceof StartupError || error instanceof TypeError) return error;
  if (name === 'ResourceNotFoundException')
    return new StartupError('there is no such table: the system makes it at its first start');
  return new StartupError(`DynamoDB does not do it: ${message || name}; ${WHERE[place.kind]}`);
}
