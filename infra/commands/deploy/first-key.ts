import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ApiKeyKeeper } from '@tristore/common/auth/api-key-keeper.ts';
import { SCOPES } from '@tristore/common/auth/principal.ts';

const MARKER = { pk: { S: 'first-api-key' } };

/**
 * Makes the first API key of a stage, with every scope, once in its life: one that was revoked is not made again.
 * The marker comes after the key was shown: where it breaks off between, the next run shows another one, and nobody
 * is left without.
 * @returns whether it was made now
 */
export async function showFirstKey(
  client: DynamoDBClient,
  table: string,
  { by, show }: { by: string; show(key: string, id: string): void },
): Promise<boolean> {
  const { Item: made } = await client.send(new GetItemCommand({ TableName: table, Key: MARKER }));
  if (made) return false;
  const { key, kept } = await new ApiKeyKeeper(client, table).create({ name: 'first', scopes: SCOPES, by });
  show(key, kept.id);
  await client.send(
    new PutItemCommand({
      TableName: table,
      Item: { ...MARKER, id: { S: kept.id }, at: { S: kept.created_at }, by: { S: by } },
    }),
  );
  return true;
}
