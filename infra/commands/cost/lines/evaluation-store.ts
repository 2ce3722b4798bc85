import { type Basis, billOf, GIGABYTE, type Line } from '../line.ts';
import { ASSUMED, MONTH_DAYS, runsPerMonth } from '../load.ts';

/** Firehose counts a record as a multiple of it. */
const ROUNDING = 5 * 1_024;
/** With conversion it gathers at least so much, unless the time is over before. */
const BUFFER_BYTES = 64 * 2 ** 20;
const STREAMS = 2;

/** Bytes of a record as Firehose bills it. */
export const billedBytes = (bytes: number): number => Math.ceil(bytes / ROUNDING) * ROUNDING;

/** Objects that one stream writes in a month: one a buffer, and one more an hour, where two hours share a buffer. */
export function objectsOf(activeHours: number, bufferSeconds: number, bytes: number): number {
  const byTime = (activeHours * 3_600) / bufferSeconds;
  return bytes > 0 ? Math.max(byTime, bytes / BUFFER_BYTES) + activeHours : 0;
}

/** Gigabytes that lie in each class once records have been kept as long as they are. */
export function keptGigabytes(
  monthly: number,
  {
    infrequentAfterDays,
    deleteAfterDays,
  }: { infrequentAfterDays: number; deleteAfterDays?: number | undefined },
): { standard: number; infrequent: number } {
  const days = Math.min(deleteAfterDays ?? Number.POSITIVE_INFINITY, ASSUMED.keptMonths * MONTH_DAYS);
  const standard = Math.min(infrequentAfterDays, days);
  return {
    standard: (monthly * standard) / MONTH_DAYS,
    infrequent: (monthly * (days - standard)) / MONTH_DAYS,
  };
}

/** Firehose, S3 and Athena: a record and an outcome a prediction, Parquet, and the monitor's queries. */
export function evaluationStoreLines({ stage, region, load, month }: Basis): Line[] {
  const { bufferSeconds, parquet } = stage.evaluation;
  const firehose = billOf('Firehose', region);
  const perPrediction = [load.recordBytes, ASSUMED.outcomeBytes];
  const billed =
    perPrediction.reduce((sum, bytes) => sum + month.predictions * billedBytes(bytes), 0) / GIGABYTE;
  firehose.add('ingestion, each record rounded up to 5 KB', billed, 'streamIngestion');
  if (parquet) firehose.add('conversion to Parquet', billed, 'streamConversion');
  const sent = perPrediction.reduce((sum, bytes) => sum + month.predictions * bytes, 0);
  firehose.add('dynamic partitioning', sent / GIGABYTE, 'streamPartitioning');
  const objects = perPrediction.reduce(
    (sum, bytes) => sum + objectsOf(month.activeHours, bufferSeconds, month.predictions * bytes),
    0,
  );
  firehose.add('partitioned objects', objects / 1_000, 'streamObjects');
  firehose.add('JQ', (month.records * ASSUMED.jqSeconds) / 3_600, 'streamJq');
  const s3 = billOf('S3', region);
  const stored = (sent * (parquet ? ASSUMED.compression : 1)) / GIGABYTE;
  const { standard, infrequent } = keptGigabytes(stored, stage.evaluation);
  s3.add('records, standard', standard, 'bucketStorage');
  s3.add('records, infrequent access', infrequent, 'bucketInfrequent');
  s3.add('writes', objects / 1_000, 'bucketWrites');
  if (infrequent) s3.add('transitions', objects / 1_000, 'bucketTransitions');
  const athena = billOf('Athena', region);
  const runs = runsPerMonth(stage.monitor.schedule);
  const day = (stored / MONTH_DAYS) * ASSUMED.columnShare;
  athena.add("the monitor's queries", (runs * day) / 1_024, 'athenaScan');
  const polls = billOf('S3', region);
  polls.add("Athena's reads", (runs * STREAMS * (objects / STREAMS / MONTH_DAYS)) / 1_000, 'bucketReads');
  return [...firehose.lines, ...s3.lines, ...polls.lines, ...athena.lines];
}
