import { join } from 'node:path';
import {
  EVALUATION_TABLES,
  type EvaluationTableName,
  FIREHOSE_BUFFER_MB,
} from '@tristore/common/resources.ts';
import type { FolderObjects } from '../s3/folder-objects.ts';
import { type Batch, type BufferedRecord, StreamBuffer } from './buffer.ts';
import { writeParquet } from './parquet.ts';
import { partitionRecords, type Refused } from './partitions.ts';

/** What a delivery stream was created with, as far as delivery needs it. */
export interface StreamConfiguration {
  name: string;
  bucket: string;
  table: EvaluationTableName;
  errorPrefix: string;
  caseInsensitive: boolean;
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
    this.#buffer = new StreamBuffer(join(options.folder, configuration.name), FIREHOSE_BUFFER_MB * 1_048_576);
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
        for (const id of await this.#buffer.close()) {
          await this.#deliver(await this.#buffer.read(id));
          await this.#buffer.remove(id);
        }
      });
    return this.#flushing;
  }

  /** Names derive from the batch alone: a delivery that a crash cut off is repeated over the same objects. */
  async #deliver({ id, records }: Batch): Promise<void> {
    const { bucket, table, name, errorPrefix, caseInsensitive } = this.configuration;
    const { columns, prefix } = EVALUATION_TABLES[table];
    const { rows: partitions, refused } = partitionRecords(records, table, caseInsensitive);
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
}

const failureLine = ({ record, text, error }: Refused<BufferedRecord>) =>
  `${JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: record.arrivedAt.getTime(),
    lastErrorCode: error.code,
    lastErrorMessage: error.message,
    attemptEndingTimestamp: Date.now(),
    rawData: Buffer.from(text).toString('base64'),
  })}\n`;
