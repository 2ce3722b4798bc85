import { rename, rm } from 'node:fs/promises';
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBTimestampMillisecondsValue,
} from '@duckdb/node-api';
import type { Column, FeatureValue, FeatureView } from '@tristore/common/contracts/feature-view.ts';
import { quoted } from '@tristore/common/evaluation-store/duckdb-tables.ts';
import { formatOf } from '../files/table-file.ts';
import type { RowWithId } from './scan-view.ts';

const TYPES: Record<Column['dtype'], string> = {
  double: 'DOUBLE',
  integer: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
};
/** Beyond it a double is no longer sure to be the integer that it stands for; Parquet gets a double then. */
const LARGEST_INTEGER = 2 ** 53;

const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** A view may have a column with the name of one of the other two. */
const staged = (i: number): string => `column_${i}`;

/** Rows of one view on their way into a CSV or Parquet file; they wait in a DuckDB beside it, so memory is not the limit. */
export class RowFile {
  readonly #path: string;
  readonly #view: FeatureView;
  readonly #names: { id: string; eventTime: string };
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #appender: DuckDBAppender;

  private constructor(
    path: string,
    view: FeatureView,
    names: { id: string; eventTime: string },
    opened: { instance: DuckDBInstance; connection: DuckDBConnection; appender: DuckDBAppender },
  ) {
    this.#path = path;
    this.#view = view;
    this.#names = names;
    this.#instance = opened.instance;
    this.#connection = opened.connection;
    this.#appender = opened.appender;
  }

  /**
   * @param path ends with .csv or .parquet
   * @param names of the file's first two columns
   */
  static async open(
    path: string,
    view: FeatureView,
    names: { id: string; eventTime: string },
  ): Promise<RowFile> {
    await removeStaging(path);
    const instance = await DuckDBInstance.create(staging(path), { threads: '2' });
    const connection = await instance.connect();
    const columns = view.columns.map(({ dtype }, i) => `${staged(i)} ${TYPES[dtype]}`);
    await connection.run(
      `create table rows (entity_id VARCHAR, event_time TIMESTAMP_MS, ${columns.join(', ')})`,
    );
    return new RowFile(path, view, names, {
      instance,
      connection,
      appender: await connection.createAppender('rows'),
    });
  }

  append({ id, eventTime, values }: RowWithId): void {
    const row = this.#appender;
    row.appendVarchar(id);
    row.appendTimestampMilliseconds(new DuckDBTimestampMillisecondsValue(BigInt(eventTime.getTime())));
    for (const { name } of this.#view.columns) this.#append(values[name] ?? null);
    row.endRow();
  }

  #append(value: FeatureValue | null): void {
    const row = this.#appender;
    if (typeof value === 'number') row.appendDouble(value);
    else if (typeof value === 'boolean') row.appendBoolean(value);
    else if (value === null) row.appendNull();
    else row.appendVarchar(value);
  }

  /** Writes the file, ids in order: it is there whole or not at all. */
  async finish(): Promise<void> {
    this.#appender.closeSync();
    const csv = formatOf(this.#path) === '.csv';
    const time = csv ? "strftime(event_time::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ')" : 'event_time::TIMESTAMP';
    const { id, eventTime } = this.#names;
    const columns = await Promise.all(this.#view.columns.map((column, i) => this.#selected(column, i)));
    const format = csv ? 'format csv, header' : 'format parquet, compression zstd';
    const sql = `select entity_id as ${named(id)}, ${time} as ${named(eventTime)}, ${columns.join(', ')} from rows
      order by rows.entity_id`;
    await this.#connection.run(`copy (${sql}) to ${quoted(`${this.#path}.part`)} (${format})`);
    await rename(`${this.#path}.part`, this.#path);
  }

  /** Integers come out as integers, unless there is one that is too large for it. */
  async #selected({ name, dtype }: Column, i: number): Promise<string> {
    if (dtype !== 'integer') return `${staged(i)} as ${named(name)}`;
    const reader = await this.#connection.runAndReadAll(
      `select coalesce(max(abs(${staged(i)})), 0) <= ${LARGEST_INTEGER} from rows`,
    );
    return `${staged(i)}${reader.getRows()[0]?.[0] ? '::BIGINT' : ''} as ${named(name)}`;
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await removeStaging(this.#path);
  }
}

const staging = (path: string): string => `${path}.rows.duckdb`;

async function removeStaging(path: string): Promise<void> {
  for (const file of [staging(path), `${staging(path)}.wal`, `${path}.part`]) await rm(file, { force: true });
}
