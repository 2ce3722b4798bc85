import type { Test } from 'tap';
import type { Load } from './load.ts';

export interface KeptRecord {
  event_id: string;
  degraded: string | null;
  whole: boolean;
}

const FEATURES = 41;

/** Columns of a record, as SQL: there are hundreds of thousands under overload, each of 41 features. */
export const KEPT_RECORD = `event_id, degraded, coalesce(cardinality(features) = ${FEATURES}
  and probability is not null and entity_id is not null and model_version is not null and created_at is not null, false)
  as whole`;

/**
 * Holds the guarantee: what was acknowledged was kept, once after duplicates are removed; what was kept without an
 * answer is whole, and no more than `underWay` requests were under way when answers were cut off.
 */
export function assertKept(
  t: Test,
  load: Pick<Load, 'acknowledged'>,
  rows: readonly KeptRecord[],
  underWay: number,
): void {
  const kept = new Set(rows.map(({ event_id }) => event_id));
  const lost = [...load.acknowledged].filter((id) => !kept.has(id));
  t.same(lost, [], `none of ${load.acknowledged.size} acknowledged is lost`);
  const unanswered = [...kept].filter((id) => !load.acknowledged.has(id));
  t.ok(
    unanswered.length <= underWay,
    `${unanswered.length} records without an answer, ${underWay} requests cut off`,
  );
  t.ok(
    rows.every(({ whole }) => whole),
    'every record is whole',
  );
  t.comment(`${rows.length} records, ${rows.length - kept.size} of them twice`);
}
