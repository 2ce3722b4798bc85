import { type Basis, billOf, GIGABYTE, type Line } from '../line.ts';
import { ASSUMED, MONTH_DAYS, MONTH_HOURS } from '../load.ts';

/** Bytes that one unit reads or writes. */
const READ_UNIT = 4_096;
const WRITE_UNIT = 1_024;
/** A read that may be a moment old, as predictions make it, counts half. */
const EVENTUAL = 0.5;
/** A window of monitoring every ten seconds from each task, of at most two kilobytes. */
const WINDOWS_PER_HOUR = 360;
const WINDOW_UNITS = 2;

/** DynamoDB, on demand: a row read a prediction, every row written once a day. */
export function featureStoreLines({ region, load, month, tasks }: Basis): Line[] {
  const bill = billOf('DynamoDB', region);
  const reads = month.predictions * Math.ceil(ASSUMED.rowBytes / READ_UNIT) * EVENTUAL;
  bill.add('feature reads, eventually consistent', reads / 1e6, 'tableReads');
  const writes = load.clients * MONTH_DAYS * Math.ceil(ASSUMED.rowBytes / WRITE_UNIT);
  bill.add('feature writes', writes / 1e6, 'tableWrites');
  const windows = tasks.orchestrator.tasks * MONTH_HOURS * WINDOWS_PER_HOUR * WINDOW_UNITS;
  bill.add('monitoring windows', windows / 1e6, 'tableWrites');
  const gigabytes = (load.clients * ASSUMED.rowBytes) / GIGABYTE;
  bill.add('storage', gigabytes, 'tableStorage');
  bill.add('point-in-time recovery', gigabytes, 'tableRecovery');
  return bill.lines;
}
