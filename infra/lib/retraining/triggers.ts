import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as eventTargets from 'aws-cdk-lib/aws-events-targets';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as scheduleTargets from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Stage } from '../../stages/stage.ts';
import { LostStarts } from '../lost-starts.ts';

export interface RetrainingTriggersProps {
  stage: Stage;
  machine: sfn.IStateMachine;
  driftAlarm: (model: string) => cloudwatch.IAlarm;
}

/** What starts retraining by itself: a schedule for each model, and its alarm about drift. */
export class RetrainingTriggers extends Construct {
  readonly lostStarts: sqs.IQueue;

  constructor(scope: Construct, id: string, { stage, machine, driftAlarm }: RetrainingTriggersProps) {
    super(scope, id);
    const { models, schedule, onAlarm, enabled } = stage.retraining;
    this.lostStarts = new LostStarts(this, 'LostStarts').queue;
    const patience = {
      deadLetterQueue: this.lostStarts,
      maxEventAge: Duration.hours(1),
      retryAttempts: 10,
    };
    for (const model of models) {
      if (schedule)
        new scheduler.Schedule(this, `${model}-schedule`, {
          description: `retraining of ${model}`,
          enabled,
          schedule: scheduler.ScheduleExpression.expression(schedule),
          // models that share a schedule need not share the minute
          timeWindow: scheduler.TimeWindow.flexible(Duration.minutes(15)),
          target: new scheduleTargets.StepFunctionsStartExecution(machine, {
            ...patience,
            input: scheduler.ScheduleTargetInput.fromObject({ model_name: model, reason: 'schedule' }),
          }),
        });
      if (onAlarm)
        new events.Rule(this, `${model}-drift`, {
          description: `retraining of ${model} when it drifts`,
          enabled,
          eventPattern: {
            source: ['aws.cloudwatch'],
            detailType: ['CloudWatch Alarm State Change'],
            resources: [driftAlarm(model).alarmArn],
            detail: { state: { value: ['ALARM'] } },
          },
          targets: [
            new eventTargets.SfnStateMachine(machine, {
              ...patience,
              input: events.RuleTargetInput.fromObject({ model_name: model, reason: 'drift' }),
            }),
          ],
        });
    }
  }
}
