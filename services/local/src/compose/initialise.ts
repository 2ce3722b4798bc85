import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { StartupError } from '@tristore/common/errors.ts';
import { checkKey, keepKey } from '../launch/keys.ts';
import { prepare } from '../launch/prepare.ts';
import { LOCAL_AWS } from '../local-aws.ts';
import { placesAt } from './places.ts';

const EMULATOR_MS = 180_000;
const TRY_MS = 15_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** An emulator answers some time after it started, and DynamoDB some time after its first request. */
async function waitForEmulator(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint, maxAttempts: 1 });
  const started = Date.now();
  let told = started;
  for (;;)
    try {
      await client.send(new ListTablesCommand({}), { abortSignal: AbortSignal.timeout(TRY_MS) });
      client.destroy();
      return;
    } catch (error) {
      const { message, name } = error as Error;
      if (Date.now() - started > EMULATOR_MS)
        throw new StartupError(`no AWS emulator answers at ${endpoint}: ${message || name}`);
      if (Date.now() - told > 10_000) {
        say(`still waiting for the AWS emulator at ${endpoint}`);
        told = Date.now();
      }
      await sleep(500);
    }
}

/** Makes what is missing in the emulator and on the volumes; running it again changes nothing. @throws StartupError */
export async function initialise({ endpoint, key }: { endpoint: string; key: string | undefined }) {
  checkKey(key);
  say(`waiting for the AWS emulator at ${endpoint}`);
  await waitForEmulator(endpoint);
  say('making tables, streams, buckets, topic, keys; publishing the model');
  const endpoints = { dynamodb: endpoint, firehose: endpoint, s3: endpoint, sns: endpoint };
  const places = placesAt(endpoint);
  if (key) await keepKey(places.apiKeyFile, key);
  const { loadClients } = await prepare(places, endpoints, key);
  const loaded = await loadClients();
  say(loaded ? `loaded ${loaded} synthetic clients` : 'the synthetic clients were loaded before');
}
