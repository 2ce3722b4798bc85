import type { KeptPrediction } from '@tristore/common/contracts/kept-prediction.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import { TristoreError } from '@tristore/common/errors.ts';
import { type EvaluationQuery, QueryError } from '@tristore/common/evaluation-store/evaluation-query.ts';
import { EVALUATION_TABLES, FIREHOSE_BUFFER_SECONDS } from '@tristore/common/resources.ts';
import { eventOf } from '../prediction/event-id.ts';
import { keptPredictionSql } from './kept-prediction-sql.ts';

/** Seconds from Firehose's own wait to files that can be read. */
const MARGIN_SECONDS = 60;
/** By which the clock of the replica that made an event may run ahead of ours. */
const CLOCK_SECONDS = 60;

type Row = Record<string, unknown>;
type Column = (typeof EVALUATION_TABLES.prediction_records.columns)[number];

/** In a file from before a column was added, the column is NULL; a list or map that is always there is empty then. */
const EMPTY: Partial<Record<Column['name'], unknown>> = {
  features: {},
  protected: {},
  missing: [],
  out_of_range: [],
  overridden: [],
  reasons: [],
};

const recordOf = (row: Row): PredictionRecord =>
  Object.fromEntries(
    EVALUATION_TABLES.prediction_records.columns.flatMap(({ name }) => {
      const value = row[name] ?? EMPTY[name];
      return value === undefined || value === null ? [] : [[name, value]];
    }),
  ) as PredictionRecord;

/** The highest version first: a request that a crash cut off may have been answered by one, its retry by the next. */
const newestVersion = (a: PredictionRecord, b: PredictionRecord) =>
  Number(b.model_version) - Number(a.model_version);

/**
 * What the model saw and said for one answer, from the evaluation store.
 * @param eventId a UUIDv7 in lower case
 * @throws TristoreError prediction_not_yet_kept, prediction_not_found, evaluation_store_unavailable
 */
export async function keptPrediction(
  store: EvaluationQuery,
  eventId: string,
  { shadows, signal }: { shadows: boolean; signal: AbortSignal },
): Promise<KeptPrediction> {
  const age = (Date.now() - eventOf(eventId).createdAt.getTime()) / 1000;
  if (age < -CLOCK_SECONDS) throw notFound(eventId);
  const records = (await ask(store, keptPredictionSql(eventId, { shadows }), signal)).map(recordOf);
  const [answer] = records.filter(({ route }) => route !== 'shadow').sort(newestVersion);
  if (!answer) throw missing(eventId, age);
  return { ...answer, ...(shadows && { shadows: records.filter(({ route }) => route === 'shadow') }) };
}

async function ask(store: EvaluationQuery, sql: string, signal: AbortSignal): Promise<Row[]> {
  try {
    return await store.query(sql, { signal });
  } catch (error) {
    // the statement is ours
    if (error instanceof QueryError) throw error;
    throw new TristoreError('evaluation_store_unavailable', 'the evaluation store does not answer', {
      retryAfter: 5,
      cause: error,
    });
  }
}

const notFound = (eventId: string) =>
  new TristoreError('prediction_not_found', `the evaluation store holds no prediction ${eventId}`);

function missing(eventId: string, age: number): TristoreError {
  const left = FIREHOSE_BUFFER_SECONDS + MARGIN_SECONDS - age;
  if (left <= 0) return notFound(eventId);
  return new TristoreError(
    'prediction_not_yet_kept',
    `the prediction ${eventId} is not in the evaluation store yet: records arrive ${FIREHOSE_BUFFER_SECONDS} seconds after their answer, or a little later`,
    { retryAfter: left },
  );
}
