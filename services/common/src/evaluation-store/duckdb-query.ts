import { resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, StatementType } from '@duckdb/node-api';
import { DuckDbTables, literal, quoted } from './duckdb-tables.ts';
import { plainValue } from './duckdb-values.ts';
import { type EvaluationQuery, QueryError, type QueryOptions } from './evaluation-query.ts';
import { evaluationViews } from './views.ts';

const firstLine = (error: unknown) =>
  (error as Error).message.replace('Failed to extract statements: ', '').trim().split('\n')[0] ?? '';

/** What Athena does too, so that a query that works here works there. */
const LIKE_ATHENA = ['set integer_division = true', 'create macro element_at(whole, part) as whole[part]'];

class DuckDbQuery implements EvaluationQuery {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #tables: DuckDbTables;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, root: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#tables = new DuckDbTables(connection, root);
  }

  async open(): Promise<void> {
    for (const statement of LIKE_ATHENA) await this.#connection.run(statement);
    await this.#tables.create();
    for (const { sql } of evaluationViews()) await this.#connection.run(sql);
  }

  async query(sql: string, { signal }: QueryOptions = {}): Promise<Record<string, unknown>[]> {
    if (!sql.trim()) throw new QueryError('the statement is empty');
    signal?.throwIfAborted();
    try {
      await this.#tables.seeFirstFiles();
      return await this.#run(sql).catch(async (error: Error) => {
        if (!(error instanceof QueryError) && (await this.#tables.seeMixedFiles(error)))
          return this.#run(sql);
        throw error;
      });
    } catch (error) {
      throw error instanceof QueryError ? error : new QueryError(firstLine(error), { cause: error });
    }
  }

  async #run(sql: string): Promise<Record<string, unknown>[]> {
    const statements = await this.#connection.extractStatements(sql);
    if (statements.count !== 1) throw new QueryError(`one statement at a time, not ${statements.count}`);
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT)
      throw new QueryError(`only reading is allowed here, not ${StatementType[statement.statementType]}`);
    const reader = await statement.runAndReadAll();
    const names = reader.deduplicatedColumnNames();
    const types = reader.columnTypes();
    return reader
      .getRows()
      .map((row) => Object.fromEntries(row.map((value, i) => [names[i], plainValue(value, types[i])])));
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/**
 * The evaluation store in a folder of partitions `<root>/<prefix>/dt=…/hour=…/`, read where it lies by a DuckDB in
 * memory. Only statements that read are run, and only files below the folder are seen.
 *
 * @param root the bucket's folder; it need not exist yet
 */
export async function openDuckDbQuery(root: string): Promise<EvaluationQuery> {
  const folder = resolve(root);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  // a pattern is held against these as it is written, the files that it finds as they are named
  const allowed = [folder, literal(folder)].map((path) => quoted(`${path}/`));
  await connection.run(`set allowed_directories = [${allowed.join(', ')}]`);
  await connection.run('set enable_external_access = false');
  const query = new DuckDbQuery(instance, connection, folder);
  await query.open();
  return query;
}
