import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Stage } from '../../stages/stage.ts';
import { monitorRuns } from '../model-alarms.ts';
import { AlarmList } from './alarm-list.ts';

const five = { period: Duration.minutes(5), statistic: 'Sum' };

export interface JobAlarmsProps {
  stage: Stage;
  machine: sfn.IStateMachine;
  /** Queues of starts that could not be delivered, by what was to start. */
  lostStarts: Record<string, sqs.IQueue>;
}

/** Runs of retraining that did not end by themselves, and well. */
export const failedRuns = (machine: sfn.IStateMachine) =>
  new cloudwatch.MathExpression({
    expression: 'FILL(failed, 0) + FILL(timed_out, 0) + FILL(aborted, 0)',
    usingMetrics: {
      failed: machine.metricFailed(five),
      timed_out: machine.metricTimedOut(five),
      aborted: machine.metricAborted(five),
    },
    label: 'failed runs',
    period: five.period,
  });

/** What runs by itself, or should have. */
export class JobAlarms extends AlarmList {
  constructor(scope: Construct, id: string, { stage, machine, lostStarts }: JobAlarmsProps) {
    super(scope, id);
    const { enabled, missedAfterMinutes } = stage.monitor;
    if (enabled)
      this.add('Monitor-missed', {
        metric: monitorRuns(stage, Duration.minutes(missedAfterMinutes)),
        below: 1,
        missing: 'bad',
        meaning: `no run of the monitor has ended well for ${missedAfterMinutes} minutes`,
        section: 'monitor-missed',
      });
    this.add('Retraining-failed', {
      metric: failedRuns(machine),
      above: 0,
      meaning: 'a run of retraining failed, timed out or was aborted',
      section: 'retraining-failed',
    });
    for (const [name, queue] of Object.entries(lostStarts))
      this.add(`${name}-start-lost`, {
        metric: queue.metricApproximateNumberOfMessagesVisible({ ...five, statistic: 'Maximum' }),
        above: 0,
        meaning: `${name}: a start could not be delivered`,
        section: 'start-lost',
      });
  }
}
