import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { BUCKETS, EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import { writeParquet } from '../firehose/parquet.ts';
import { partitionRecords } from '../firehose/partitions.ts';

const Bucket = BUCKETS.evaluation;
const AT_ONCE = 16;

async function keysBelow(client: S3Client, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix }))
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
  return keys;
}

async function read(client: S3Client, keys: readonly string[], onRead: () => void) {
  const objects: { key: string; data: Buffer }[] = [];
  for (let i = 0; i < keys.length; i += AT_ONCE)
    objects.push(
      ...(await Promise.all(
        keys.slice(i, i + AT_ONCE).map(async (key) => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
          onRead();
          return { key, data: Buffer.from((await Body?.transformToByteArray()) ?? []) };
        }),
      )),
    );
  return objects;
}

export interface Mirrored {
  objects: number;
  /** Documents that Firehose's conversion would refuse; on AWS they go to the error prefix. */
  refused: number;
}

/**
 * Copies an emulator's evaluation store into a folder as it would look on AWS. An emulator's Firehose writes one object
 * of newline-delimited JSON a put, and neither converts nor partitions; here the embedded Firehose's own code does.
 *
 * @param root made where it is not there; holds `<prefix>/dt=…/hour=…/` afterwards
 * @param onProgress is told how many of how many objects of a table were read
 */
export async function mirrorEvaluationStore(
  client: S3Client,
  root: string,
  onProgress: (table: string, read: number, of: number) => void = () => {},
): Promise<Mirrored> {
  const mirrored = { objects: 0, refused: 0 };
  for (const table of Object.keys(EVALUATION_TABLES) as EvaluationTableName[]) {
    const { prefix, columns } = EVALUATION_TABLES[table];
    const keys = await keysBelow(client, `${prefix}/`);
    let done = 0;
    const objects = await read(client, keys, () => onProgress(table, ++done, keys.length));
    const { rows, refused } = partitionRecords(objects, table, false);
    for (const [partition, its] of rows) {
      await mkdir(join(root, prefix, partition), { recursive: true });
      await writeParquet(join(root, prefix, partition, 'mirror.parquet'), columns, its);
    }
    mirrored.objects += keys.length;
    mirrored.refused += refused.length;
  }
  return mirrored;
}
