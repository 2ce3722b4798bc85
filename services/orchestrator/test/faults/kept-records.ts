import type { Test } from 'tap';
import type { Load } from './load.ts';

type Row = Record<string, unknown>;

const FEATURES = 41;

function isWhole(row: Row): boolean {
  const features = row['features'] as { key: string }[] | Record<string, unknown>;
  const width = Array.isArray(features) ? features.length : Object.keys(features).length;
  return (
    width === FEATURES &&
    typeof row['probability'] === 'number' &&
    typeof row['entity_id'] === 'string' &&
    typeof row['model_version'] === 'string' &&
    typeof row['created_at'] === 'string'
  );
}

/**
 * Holds the guarantee: what was acknowledged was kept, once after duplicates are removed; what was kept without an
 * answer is whole, and no more than `underWay` requests were under way when answers were cut off.
 */
export function assertKept(
  t: Test,
  load: Pick<Load, 'acknowledged'>,
  rows: readonly Row[],
  underWay: number,
): void {
  const kept = new Set(rows.map((row) => String(row['event_id'])));
  const lost = [...load.acknowledged].filter((id) => !kept.has(id));
  t.same(lost, [], `none of ${load.acknowledged.size} acknowledged is lost`);
  const unanswered = [...kept].filter((id) => !load.acknowledged.has(id));
  t.ok(
    unanswered.length <= underWay,
    `${unanswered.length} records without an answer, ${underWay} requests cut off`,
  );
  t.ok(rows.every(isWhole), 'every record is whole');
  t.comment(`${rows.length} records, ${rows.length - kept.size} of them twice`);
}
