import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { LostStarts } from './lost-starts.ts';

export interface MonitorScheduleProps {
  stage: Stage;
  cluster: ecs.ICluster;
  task: ecs.FargateTaskDefinition;
  subnets: ec2.ISubnet[];
  securityGroup: ec2.ISecurityGroup;
}

/**
 * Starts the monitor again and again. A run is ended after `jobs.small.timeoutMinutes`, which is at most the time between
 * two runs of a rate, so they do not overlap; should they (a start may be delivered twice), the monitor's own lease in
 * `state` lets one of them work. A start that fails counts as done for the scheduler once ECS has taken it: that no run
 * ended well is seen by the alarm `monitor-missed`.
 */
export class MonitorSchedule extends Construct {
  readonly lostStarts: sqs.IQueue;

  constructor(
    scope: Construct,
    id: string,
    { stage, cluster, task, subnets, securityGroup }: MonitorScheduleProps,
  ) {
    super(scope, id);
    this.lostStarts = new LostStarts(this, 'LostStarts').queue;
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::…:task/…/*]',
      reason: 'tasks get their names when they start; only those of this cluster',
    });
    new scheduler.Schedule(this, 'Schedule', {
      description: 'the monitor',
      enabled: stage.monitor.enabled,
      schedule: scheduler.ScheduleExpression.expression(stage.monitor.schedule),
      target: new targets.EcsRunFargateTask(cluster, {
        role,
        taskDefinition: task,
        vpcSubnets: { subnets },
        securityGroups: [securityGroup],
        propagateTags: true,
        // a late start is worth less than the next one
        maxEventAge: Duration.minutes(5),
        retryAttempts: 3,
        deadLetterQueue: this.lostStarts,
      }),
    });
  }
}
