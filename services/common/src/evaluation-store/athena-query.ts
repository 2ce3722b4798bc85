import { setTimeout as wait } from 'node:timers/promises';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  InvalidRequestException,
  paginateGetQueryResults,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { athenaValue } from './athena-values.ts';
import { type EvaluationQuery, QueryError, type QueryOptions } from './evaluation-query.ts';

/** Milliseconds between two looks at a query: short at first, since one of a single partition takes about a second. */
const FIRST_LOOK_MS = 100;
const LAST_LOOK_MS = 1_000;
/** By `AthenaError.ErrorCategory`: 1 is the system's own. */
const SYSTEM = 1;

/** White space, comments and parentheses before the first word; a `with` begins nothing but a query. */
const READS = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*(?:select|with|values)\b/i;

export interface AthenaOptions {
  client: AthenaClient;
  /** Says where results go and what a query may cost. */
  workgroup: string;
  database: string;
}

const firstLine = (text: string | undefined) => text?.trim().split('\n')[0] ?? 'Athena does not say why';

function failureOf({
  State: state,
  AthenaError: fault,
  StateChangeReason: why,
}: QueryExecutionStatus): Error {
  if (fault?.ErrorCategory === SYSTEM) return new Error(`Athena failed: ${firstLine(why)}`);
  return new QueryError(state === 'CANCELLED' ? `it was cancelled: ${firstLine(why)}` : firstLine(why));
}

/** The evaluation store by Athena: tables and views are made by whoever deploys. */
export class AthenaQuery implements EvaluationQuery {
  readonly #client: AthenaClient;
  readonly #options: AthenaOptions;

  constructor(options: AthenaOptions) {
    this.#client = options.client;
    this.#options = options;
  }

  async query(sql: string, { signal }: QueryOptions = {}): Promise<Record<string, unknown>[]> {
    if (!READS.test(sql)) throw new QueryError('only one statement that reads is allowed here');
    signal?.throwIfAborted();
    const started = this.#start(sql);
    const id = await unlessAborted(started, signal).catch((error: unknown) => {
      // whether or not it has begun is known only from Athena's answer
      if (signal?.aborted) started.then((late) => this.#stop(late)).catch(() => {});
      throw error;
    });
    try {
      await this.#finish(id, signal);
      return await this.#rows(id, signal);
    } catch (error) {
      if (!signal?.aborted) throw error;
      await this.#stop(id);
      throw signal.reason;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #start(sql: string): Promise<string> {
    const { workgroup, database } = this.#options;
    const command = new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: workgroup,
      QueryExecutionContext: { Database: database },
    });
    try {
      const { QueryExecutionId: id } = await this.#client.send(command);
      if (!id) throw new Error('Athena gave no id for a query');
      return id;
    } catch (error) {
      if (error instanceof InvalidRequestException)
        throw new QueryError(firstLine(error.message), { cause: error });
      throw error;
    }
  }

  async #finish(id: string, signal: AbortSignal | undefined): Promise<void> {
    for (let look = FIRST_LOOK_MS; ; look = Math.min(look * 1.5, LAST_LOOK_MS)) {
      await wait(look, undefined, { ...(signal && { signal }) });
      const command = new GetQueryExecutionCommand({ QueryExecutionId: id });
      const { QueryExecution: execution } = await this.#client.send(command, call(signal));
      const { State: state } = execution?.Status ?? {};
      if (state === 'SUCCEEDED') return;
      if (execution?.Status && (state === 'FAILED' || state === 'CANCELLED'))
        throw failureOf(execution.Status);
    }
  }

  async #rows(id: string, signal: AbortSignal | undefined): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    let header = true;
    const pages = paginateGetQueryResults({ client: this.#client }, { QueryExecutionId: id }, call(signal));
    for await (const { ResultSet: page } of pages) {
      const columns = page?.ResultSetMetadata?.ColumnInfo ?? [];
      for (const { Data: cells } of page?.Rows ?? []) {
        // the first row of the first page holds the names
        if (!header)
          rows.push(
            Object.fromEntries(
              columns.map(({ Name: name = '', Type: type = '' }, i) => [
                name,
                athenaValue(cells?.[i]?.VarCharValue, type, name),
              ]),
            ),
          );
        header = false;
      }
    }
    return rows;
  }

  /** A query that nobody waits for must cost nothing more; one that has ended meanwhile is as good. */
  async #stop(id: string): Promise<void> {
    await this.#client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => {});
  }
}

const call = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** The promise, or the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', stop));
}
