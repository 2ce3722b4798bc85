import { EVALUATION_TABLES, type GlueType } from '@tristore/common/resources.ts';
import { eventOf } from '../prediction/event-id.ts';

/** In lower case, as event ids are made. */
export const UUIDV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const isNested = (type: GlueType) => /^(?:map|array)</.test(type);

/** Maps and lists as JSON, since Athena's own text of them cannot be read back. */
const columns = EVALUATION_TABLES.prediction_records.columns.map(({ name, type }) =>
  isNested(type) ? `cast("${name}" as json) as "${name}"` : `"${name}"`,
);

/**
 * SQL for the records of one event, from the one partition in which they are; DuckDB, Trino and Athena read it alike.
 * @param eventId a UUIDv7: its own time names the partition
 * @throws RangeError for another text, which must not get into SQL
 */
export function keptPredictionSql(eventId: string, { shadows }: { shadows: boolean }): string {
  if (!UUIDV7.test(eventId)) throw new RangeError('not a UUIDv7');
  const time = eventOf(eventId).createdAt.toISOString();
  const dt = time.slice(0, 10);
  const hour = time.slice(11, 13);
  const from = (view: string) =>
    `select ${columns.join(', ')}\nfrom ${view}\nwhere dt = '${dt}' and hour = '${hour}' and event_id = '${eventId}'`;
  return ['predictions', ...(shadows ? ['shadow_predictions'] : [])].map(from).join('\nunion all\n');
}
