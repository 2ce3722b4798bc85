/** A question that the evaluation store cannot answer as it is put; the message is the engine's own, one line. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

export interface QueryOptions {
  /** Gives up, with the signal's reason; an engine that bills by the question stops working on it. */
  signal?: AbortSignal;
}

/**
 * SQL over the evaluation store's tables and views, the same on every adapter.
 *
 * Rows are plain JSON values: timestamps as `YYYY-MM-DD HH:MM:SS.mmm` (UTC), whole numbers as numbers, NULL as null, and
 * JSON as what it holds. Maps and lists are to be asked for as JSON (`cast(features as json)`): Athena prints others in
 * a form that cannot be read back.
 */
export interface EvaluationQuery {
  /** @throws QueryError for SQL that is not one reading statement, or that fails; another error for an engine that is away */
  query(sql: string, options?: QueryOptions): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}
