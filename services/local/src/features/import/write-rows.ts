import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { StartupError } from '@tristore/common/errors.ts';
import { itemOf } from '@tristore/orchestrator/feature-store/feature-item.ts';
import type { FeatureStore } from '@tristore/orchestrator/feature-store/feature-store.ts';
import type { RowToWrite } from './row-reader.ts';

/** Writes rows, of which several may have the same id. @returns how many of them the store took */
export type WriteRows = (rows: readonly RowToWrite[]) => Promise<number>;

/** BatchWriteItem takes no more. */
const BATCH = 25;
/** Unprocessed items are asked for again so often, after 50 ms, 100 ms … 5 s. */
const ROUNDS = 20;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

async function each<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const take = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, take));
}

/** One conditional write a row: what the store holds with a newer event time stays. */
export function keepNewer(store: FeatureStore, view: string, atOnce: number): WriteRows {
  return async (rows) => {
    let taken = 0;
    await each(newestOf(rows), atOnce, async ({ id, ...row }) => {
      if ((await store.write({ view, id }, row)).written) taken++;
    });
    return taken;
  };
}

/** BatchWriteItem, which takes no conditions: whatever the store holds is replaced, and of rows the last stays. */
export function replaceAll(client: DynamoDBClient, table: string, view: string, atOnce: number): WriteRows {
  return async (rows) => {
    // it refuses a batch with a key that is there twice
    const last = [...new Map(rows.map((row) => [row.id, row])).values()];
    const batches: WriteRequest[][] = [];
    for (let i = 0; i < last.length; i += BATCH)
      batches.push(
        last
          .slice(i, i + BATCH)
          .map(({ id, ...row }) => ({ PutRequest: { Item: itemOf({ view, id }, row) } })),
      );
    await each(batches, atOnce, (batch) => writeBatch(client, table, batch));
    return last.length;
  };
}

async function writeBatch(client: DynamoDBClient, table: string, batch: WriteRequest[]): Promise<void> {
  let left = batch;
  for (let round = 0; ; round++) {
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = answer.UnprocessedItems?.[table] ?? [];
    if (!left.length) return;
    if (round === ROUNDS) throw new StartupError(`DynamoDB leaves ${left.length} rows unprocessed`);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** round, LONGEST_PAUSE_MS);
    await sleep(pause * (0.5 + Math.random() / 2));
  }
}

/** Of rows with the same id the one that would be left if they were written one after another. */
function newestOf(rows: readonly RowToWrite[]): RowToWrite[] {
  const newest = new Map<string, RowToWrite>();
  for (const row of rows) {
    const other = newest.get(row.id);
    if (!other || other.eventTime <= row.eventTime) newest.set(row.id, row);
  }
  return [...newest.values()];
}
