/** A question that the evaluation store cannot answer as it is put; the message is the engine's own, one line. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/**
 * SQL over the evaluation store's tables and views, the same on every adapter.
 *
 * Rows are plain JSON values: maps as objects, lists as arrays, timestamps as `YYYY-MM-DD HH:MM:SS.mmm` (UTC), whole
 * numbers as numbers, NULL as null.
 */
export interface EvaluationQuery {
  /** @throws QueryError for SQL that is not one reading statement, or that fails */
  query(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}
