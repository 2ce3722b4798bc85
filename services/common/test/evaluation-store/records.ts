import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutcomeRecord } from '@tristore/common/contracts/outcome.ts';
import type { PredictionRecord } from '@tristore/common/contracts/prediction-record.ts';
import { EVALUATION_TABLES, type EvaluationTableName } from '@tristore/common/resources.ts';
import { writeParquet } from '@tristore/local/firehose/parquet.ts';

/** A record as the orchestrator makes them; `over` says what the test is about. */
export const prediction = (over: Partial<PredictionRecord> = {}): PredictionRecord => ({
  event_id: 'e1',
  request_id: 'r1',
  created_at: '2026-03-24 06:30:00.123',
  model_name: 'credit-default',
  model_version: '1',
  route: 'champion',
  entity_id: '1',
  features: { LIMIT_BAL: 20_000, PAY_0: 2 },
  protected: { SEX: 2 },
  missing: [],
  out_of_range: [],
  overridden: ['PAY_0'],
  reasons: ['a payment is two months late'],
  prediction: 1,
  probability: 0.625,
  threshold: 0.5,
  latency_ms: 4.5,
  ...over,
});

export const outcome = (over: Partial<OutcomeRecord> = {}): OutcomeRecord => ({
  outcome: 1,
  observed_at: '2026-03-30 00:00:00.000',
  received_at: '2026-04-01 09:00:00.000',
  source: 'api',
  ...over,
});

let written = 0;

/** Keeps records as the embedded Firehose does: a Parquet file per partition. */
export async function keep(
  root: string,
  table: EvaluationTableName,
  records: readonly (PredictionRecord | OutcomeRecord)[],
): Promise<void> {
  const { columns, prefix } = EVALUATION_TABLES[table];
  const partitions = new Map<string, object[]>();
  for (const record of records) {
    const time = 'created_at' in record ? record.created_at : record.received_at;
    const partition = `dt=${time.slice(0, 10)}/hour=${time.slice(11, 13)}`;
    partitions.set(partition, [...(partitions.get(partition) ?? []), record]);
  }
  for (const [partition, rows] of partitions) {
    const folder = join(root, prefix, partition);
    await mkdir(folder, { recursive: true });
    written += 1;
    await writeParquet(join(folder, `${written}.parquet`), columns, rows);
  }
}
