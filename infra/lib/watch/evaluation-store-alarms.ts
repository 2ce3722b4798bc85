import { Duration } from 'aws-cdk-lib';
import type * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type { Construct } from 'constructs';
import type { Stage } from '../../stages/stage.ts';
import { AlarmList } from './alarm-list.ts';

/** Records are late where the oldest waits this many buffers, and this many seconds at least. */
const LATE_BUFFERS = 3;
const LATE_SECONDS = 900;

const five = { period: Duration.minutes(5) };

export interface EvaluationStoreAlarmsProps {
  stage: Stage;
  /** The streams, as messages call what they carry. */
  streams: Record<string, firehose.IDeliveryStream>;
}

/** The age in seconds of the oldest record that is not in S3 yet. */
export const freshness = (stream: firehose.IDeliveryStream) =>
  stream.metric('DeliveryToS3.DataFreshness', { ...five, statistic: 'Maximum' });

/**
 * From Firehose to S3. Where it cannot write a record that it failed to convert it blocks and retries for ever, and
 * nothing but the age of the oldest record tells.
 */
export class EvaluationStoreAlarms extends AlarmList {
  constructor(scope: Construct, id: string, { stage, streams }: EvaluationStoreAlarmsProps) {
    super(scope, id);
    const late = Math.max(LATE_SECONDS, LATE_BUFFERS * stage.evaluation.bufferSeconds);
    for (const [name, stream] of Object.entries(streams)) {
      const sum = (metric: string) => stream.metric(metric, { ...five, statistic: 'Sum' });
      this.add(`${name}-late`, {
        metric: freshness(stream),
        above: late,
        periods: 2,
        among: 2,
        meaning: `${name}: the oldest record has waited for more than ${late} s`,
        section: 'records-late',
      });
      this.add(`${name}-throttled`, {
        metric: sum('ThrottledRecords'),
        above: 0,
        periods: 2,
        among: 3,
        meaning: `${name}: Firehose takes fewer records than come`,
        section: 'records-throttled',
      });
      this.add(`${name}-not-delivered`, {
        metric: stream.metric('DeliveryToS3.Success', { ...five, statistic: 'Average' }),
        below: 1,
        periods: 2,
        among: 3,
        meaning: `${name}: Firehose cannot write to S3`,
        section: 'records-not-delivered',
      });
      if (stage.evaluation.parquet)
        this.add(`${name}-not-converted`, {
          metric: sum('FailedConversion.Records'),
          above: 0,
          meaning: `${name}: records could not be converted to Parquet, and lie in the error folder`,
          section: 'records-not-converted',
        });
    }
  }
}
