import type { DuckDBConnection } from '@duckdb/node-api';
import { EVALUATION_TABLES, type EvaluationTableName } from '../resources.ts';
import { duckdbType } from './glue-types.ts';

/**
 * How a table's files are read: `alike` trusts the first file for the names of the columns, so that DuckDB opens only
 * the files that a filter on dt and hour leaves; `mixed` opens every file first and fills in what some of them lack.
 */
type Reading = 'empty' | 'alike' | 'mixed';

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Characters that mean something in a glob stand for themselves in a class of one. */
export const literal = (path: string): string => path.replaceAll(/[[*?]/g, '[$&]');

/** The table's Parquet with the Glue columns and types; empty while there is no file. */
function tableSql(table: EvaluationTableName, files: string, reading: Reading): string {
  const columns = EVALUATION_TABLES[table].columns.map(({ name, type }) => ({
    name,
    type: duckdbType(type),
  }));
  const all = [...columns, { name: 'dt', type: 'VARCHAR' }, { name: 'hour', type: 'VARCHAR' }];
  const nothing = `select ${all.map(({ name, type }) => `null::${type} as "${name}"`).join(', ')} where false`;
  const found = `read_parquet(${quoted(files)}, union_by_name = ${reading === 'mixed'}, hive_partitioning = true,
    hive_types = {'dt': VARCHAR, 'hour': VARCHAR})`;
  const from = {
    empty: `(${nothing})`,
    alike: found,
    mixed: `(${nothing} union all by name select * from ${found})`,
  };
  return `create or replace view ${table} as
    select ${all.map(({ name, type }) => `cast("${name}" as ${type}) as "${name}"`).join(', ')} from ${from[reading]}`;
}

/** The evaluation tables as DuckDB views on a folder's Parquet, whatever comes into the folder. */
export class DuckDbTables {
  readonly #connection: DuckDBConnection;
  /** As in Hive, names that begin with a dot or an underscore are none of the table's; Trino's have no ending. */
  readonly #files: (table: EvaluationTableName) => string;
  readonly #readings = new Map<EvaluationTableName, Reading>();

  constructor(connection: DuckDBConnection, root: string) {
    this.#connection = connection;
    this.#files = (table) => `${literal(root)}/${EVALUATION_TABLES[table].prefix}/dt=*/hour=*/[!._]*`;
  }

  async create(): Promise<void> {
    for (const table of Object.keys(EVALUATION_TABLES) as EvaluationTableName[])
      await this.#read(table, 'empty');
    await this.seeFirstFiles();
  }

  /** The first file of a table changes what its view reads. */
  async seeFirstFiles(): Promise<void> {
    for (const table of this.#that('empty')) {
      const glob = `select 1 from glob(${quoted(this.#files(table))}) limit 1`;
      const { currentRowCount } = await this.#connection.runAndReadAll(glob);
      if (currentRowCount > 0) await this.#read(table, 'alike').catch(() => this.#read(table, 'mixed'));
    }
  }

  /** After a query that failed: takes tables whose files turn out to differ for what they are. @returns whether any */
  async seeMixedFiles(failure: Error): Promise<boolean> {
    const alike = this.#that('alike');
    const mixed: EvaluationTableName[] = [];
    if (failure.message.includes('union_by_name')) mixed.push(...alike);
    else for (const table of alike) if (!(await this.#binds(table))) mixed.push(table);
    for (const table of mixed) await this.#read(table, 'mixed');
    return mixed.length > 0;
  }

  async #binds(table: EvaluationTableName): Promise<boolean> {
    return this.#connection.run(`select * from ${table} limit 0`).then(
      () => true,
      () => false,
    );
  }

  #that(reading: Reading): EvaluationTableName[] {
    return [...this.#readings].filter(([, its]) => its === reading).map(([table]) => table);
  }

  async #read(table: EvaluationTableName, reading: Reading): Promise<void> {
    await this.#connection.run(tableSql(table, this.#files(table), reading));
    this.#readings.set(table, reading);
  }
}
