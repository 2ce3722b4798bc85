import { EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import { DeserialisationError, deserialise } from './deserialise.ts';

/** A document that the deserialiser refuses, and the record it was in. */
export interface Refused<R> {
  record: R;
  text: string;
  error: DeserialisationError;
}

export interface Partitions<R> {
  /** `dt=YYYY-MM-DD/hour=HH` -> rows with the table's Glue columns. */
  rows: Map<string, object[]>;
  refused: Refused<R>[];
}

/** The rows of all records by their own time, as Firehose's conversion and dynamic partitioning do it. */
export function partitionRecords<R extends { data: Buffer }>(
  records: Iterable<R>,
  table: EvaluationTableName,
  caseInsensitive: boolean,
): Partitions<R> {
  const { columns, time } = EVALUATION_TABLES[table];
  const rows = new Map<string, object[]>();
  const refused: Refused<R>[] = [];
  for (const record of records)
    for (const text of record.data.toString('utf8').split('\n').filter(Boolean))
      try {
        const row = deserialise(text, columns, caseInsensitive);
        const partition = partitionOf(String(row[time] ?? ''), time);
        const others = rows.get(partition);
        if (others) others.push(row);
        else rows.set(partition, [row]);
      } catch (error) {
        if (!(error instanceof DeserialisationError)) throw error;
        refused.push({ record, text, error });
      }
  return { rows, refused };
}

function partitionOf(time: string, column: string): string {
  if (!time)
    throw new DeserialisationError('DynamicPartitioning.MetadataExtractionFailed', `${column} is missing`);
  return `dt=${time.slice(0, 10)}/hour=${time.slice(11, 13)}`;
}
