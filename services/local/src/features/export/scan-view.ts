import { DescribeTableCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { keyPrefix, rowOf } from '@tristore/orchestrator/feature-store/feature-item.ts';
import type { StoredRow } from '@tristore/orchestrator/feature-store/feature-store.ts';

const SEGMENTS = 4;

export type RowWithId = StoredRow & { id: string };

/** Items of the table, as DynamoDB counted them in the last six hours; 0 where it did not. */
export async function itemsIn(client: DynamoDBClient, table: string): Promise<number> {
  const { Table: described } = await client.send(new DescribeTableCommand({ TableName: table }));
  return described?.ItemCount ?? 0;
}

/**
 * All rows of a view in no order. A table's views share its keys, so all of it is read; consistent at no one moment.
 * @param take is given rows as they come, and how many items were looked at for them
 */
export async function scanView(
  client: DynamoDBClient,
  { table, view }: { table: string; view: string },
  take: (rows: RowWithId[], lookedAt: number) => void,
): Promise<void> {
  const prefix = keyPrefix(view);
  const scanSegment = async (segment: number) => {
    const pages = paginateScan(
      { client },
      {
        TableName: table,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: { ':prefix': { S: prefix } },
        Segment: segment,
        TotalSegments: SEGMENTS,
      },
    );
    for await (const { Items: items = [], ScannedCount: lookedAt = 0 } of pages)
      take(
        items.map((item) => ({ ...rowOf(item), id: item['pk']?.S?.slice(prefix.length) ?? '' })),
        lookedAt,
      );
  };
  await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scanSegment(segment)));
}
