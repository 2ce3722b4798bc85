import { join } from 'node:path';
import { EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import type { FolderObjects } from '../s3/folder-objects.ts';
import { type Batch, type BufferedRecord, StreamBuffer } from './buffer.ts';
import { DeserialisationError, deserialise } from './deserialise.ts';
import { writeParquet } from './parquet.ts';

/** What a delivery stream was created with, as far as delivery needs it. */
export interface StreamConfiguration {
  name: string;
  bucket: string;
  table: EvaluationTableName;
  errorPrefix: string;
  caseInsensitive: boolean;
}

interface Refused {
  record: BufferedRecord;
  text: string;
  error: DeserialisationError;
}

/** One delivery stream: buffers on disk, converts to Parquet, and partitions by the record's own time. */
export class EmbeddedStream {
  readonly configuration: StreamConfiguration;
  readonly #buffer: StreamBuffer;
  readonly #objects: FolderObjects;
  readonly #bufferMs: number;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #flushing: Promise<void> = Promise.resolve();

  constructor(
    configuration: StreamConfiguration,
    options: { folder: string; objects: FolderObjects; bufferMs: number },
  ) {
    this.configuration = configuration;
    this.#buffer = new StreamBuffer(join(options.folder, configuration.name));
    this.#objects = options.objects;
    this.#bufferMs = options.bufferMs;
  }

  /** Resolves when the records are on disk; they are delivered when the buffer time is over. */
  async append(records: readonly Buffer[]): Promise<void> {
    const arrivedAt = new Date();
    await this.#buffer.append(records.map((data) => ({ arrivedAt, data })));
    this.#deliverLater();
  }

  /** Sees to it that what an earlier process left is delivered, though nobody puts any more. */
  async resume(): Promise<void> {
    if (!(await this.#buffer.isEmpty())) this.#deliverLater();
  }

  #deliverLater(): void {
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: Error) => {
        process.emitWarning(
          `${this.configuration.name}: not delivered, will be tried again: ${error.message}`,
        );
        if (!this.#stopped) this.#deliverLater();
      });
    }, this.#bufferMs);
  }

  /** Delivers what waits, and tries no more. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.flush();
  }

  /** Delivers all that waits, that of an earlier process too. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing
      .catch(() => undefined)
      .then(async () => {
        for (const batch of await this.#buffer.take()) {
          await this.#deliver(batch);
          await this.#buffer.remove(batch);
        }
      });
    return this.#flushing;
  }

  /** Names derive from the batch alone: a delivery that a crash cut off is repeated over the same objects. */
  async #deliver({ id, records }: Batch): Promise<void> {
    const { bucket, table, name, errorPrefix } = this.configuration;
    const { columns, prefix } = EVALUATION_TABLES[table];
    const { partitions, refused } = this.#sort(records);
    for (const [partition, rows] of partitions) {
      const file = await this.#objects.temporaryFile('.parquet');
      await writeParquet(file, columns, rows);
      await this.#objects.adopt(bucket, `${prefix}/${partition}/${name}-1-${id}.parquet`, file);
    }
    if (refused.length)
      await this.#objects.put(
        bucket,
        `${errorPrefix}/${prefix}/format-conversion-failed/${name}-1-${id}.ndjson`,
        Buffer.from(refused.map(failureLine).join('')),
      );
  }

  /** The rows of all records, by partition, and the documents that the deserialiser refuses. */
  #sort(records: readonly BufferedRecord[]): { partitions: Map<string, object[]>; refused: Refused[] } {
    const { table, caseInsensitive } = this.configuration;
    const { columns, time } = EVALUATION_TABLES[table];
    const partitions = new Map<string, object[]>();
    const refused: Refused[] = [];
    for (const record of records)
      for (const text of record.data.toString('utf8').split('\n').filter(Boolean))
        try {
          const row = deserialise(text, columns, caseInsensitive);
          const partition = partitionOf(String(row[time] ?? ''), time);
          const others = partitions.get(partition);
          if (others) others.push(row);
          else partitions.set(partition, [row]);
        } catch (error) {
          if (!(error instanceof DeserialisationError)) throw error;
          refused.push({ record, text, error });
        }
    return { partitions, refused };
  }
}

function partitionOf(time: string, column: string): string {
  if (!time)
    throw new DeserialisationError('DynamicPartitioning.MetadataExtractionFailed', `${column} is missing`);
  return `dt=${time.slice(0, 10)}/hour=${time.slice(11, 13)}`;
}

const failureLine = ({ record, text, error }: Refused) =>
  `${JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: record.arrivedAt.getTime(),
    lastErrorCode: error.code,
    lastErrorMessage: error.message,
    attemptEndingTimestamp: Date.now(),
    rawData: Buffer.from(text).toString('base64'),
  })}\n`;
