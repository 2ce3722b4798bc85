import { readFileSync } from 'node:fs';

/** A question that docs/evaluation-store.md answers by a query. */
export interface DocumentedQuery {
  question: string;
  sql: string;
}

const PAGE = new URL('../../docs/evaluation-store.md', import.meta.url);

/** Every `sql` block of the page, with the line before it. A test of the page runs them on DuckDB and on Trino. */
export function documentedQueries(): DocumentedQuery[] {
  const page = readFileSync(PAGE, 'utf8');
  return [...page.matchAll(/^([^\n]+)\n\n```sql\n(.*?)\n```$/gms)].map(([, question = '', sql = '']) => ({
    question,
    sql,
  }));
}
