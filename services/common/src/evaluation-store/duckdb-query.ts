import { resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, StatementType } from '@duckdb/node-api';
import { EVALUATION_TABLES, type EvaluationTableName } from '../resources.ts';
import { plainValue } from './duckdb-values.ts';
import { type EvaluationQuery, QueryError } from './evaluation-query.ts';
import { duckdbType } from './glue-types.ts';
import { evaluationViews } from './views.ts';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Characters that mean something in a glob stand for themselves in a class of one. */
const literal = (path: string) => path.replaceAll(/[[*?]/g, '[$&]');

const firstLine = (error: unknown) =>
  (error as Error).message.replace('Failed to extract statements: ', '').trim().split('\n')[0] ?? '';

/** What Athena does too, so that a query that works here works there. */
const LIKE_ATHENA = ['set integer_division = true', 'create macro element_at(whole, part) as whole[part]'];

/** The table's Parquet with the Glue columns and types, whatever a file lacks; empty while there is no file. */
function tableSql(table: EvaluationTableName, files: string, empty: boolean): string {
  const columns = EVALUATION_TABLES[table].columns.map(({ name, type }) => ({
    name,
    type: duckdbType(type),
  }));
  const all = [...columns, { name: 'dt', type: 'VARCHAR' }, { name: 'hour', type: 'VARCHAR' }];
  const nothing = `select ${all.map(({ name, type }) => `null::${type} as "${name}"`).join(', ')} where false`;
  const found = `select * from read_parquet(${quoted(files)}, union_by_name = true, hive_partitioning = true,
    hive_types = {'dt': VARCHAR, 'hour': VARCHAR})`;
  return `create or replace view ${table} as
    select ${all.map(({ name, type }) => `cast("${name}" as ${type}) as "${name}"`).join(', ')}
    from (${empty ? nothing : `${nothing} union all by name ${found}`})`;
}

class DuckDbQuery implements EvaluationQuery {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** As in Hive, names that begin with a dot or an underscore are none of the table's; Trino's have no ending. */
  readonly #files: (table: EvaluationTableName) => string;
  /** Tables without a file when last looked at: their first file changes what the view reads. */
  readonly #empty = new Set<EvaluationTableName>();

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, root: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#files = (table) => `${literal(root)}/${EVALUATION_TABLES[table].prefix}/dt=*/hour=*/[!._]*`;
  }

  async open(): Promise<void> {
    for (const statement of LIKE_ATHENA) await this.#connection.run(statement);
    for (const table of Object.keys(EVALUATION_TABLES) as EvaluationTableName[]) {
      this.#empty.add(table);
      await this.#connection.run(tableSql(table, this.#files(table), true));
    }
    await this.#seeFirstFiles();
    for (const { sql } of evaluationViews()) await this.#connection.run(sql);
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    if (!sql.trim()) throw new QueryError('the statement is empty');
    try {
      await this.#seeFirstFiles();
      const statements = await this.#connection.extractStatements(sql);
      if (statements.count !== 1) throw new QueryError(`one statement at a time, not ${statements.count}`);
      const statement = await statements.prepare(0);
      if (statement.statementType !== StatementType.SELECT)
        throw new QueryError(`only reading is allowed here, not ${StatementType[statement.statementType]}`);
      const reader = await statement.runAndReadAll();
      const names = reader.deduplicatedColumnNames();
      return reader
        .getRows()
        .map((row) => Object.fromEntries(row.map((value, i) => [names[i], plainValue(value)])));
    } catch (error) {
      throw error instanceof QueryError ? error : new QueryError(firstLine(error), { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #seeFirstFiles(): Promise<void> {
    for (const table of this.#empty) {
      const files = this.#files(table);
      const found = await this.#connection.runAndReadAll(`select 1 from glob(${quoted(files)}) limit 1`);
      if (found.currentRowCount === 0) continue;
      await this.#connection.run(tableSql(table, files, false));
      this.#empty.delete(table);
    }
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
