import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { FeatureStore } from './data-stack.ts';
import type { Job } from './job.ts';
import type { JobsStack } from './jobs-stack.ts';
import { RetrainingMachine } from './retraining/machine.ts';
import type { JobReference } from './retraining/run-job.ts';
import { RetrainingTriggers } from './retraining/triggers.ts';

export interface RetrainingStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  cluster: ecs.ICluster;
  jobs: JobsStack;
  state: FeatureStore['state'];
  alarmTopic: sns.ITopic;
}

const referenceTo = ({ task, container, command, timeoutMinutes }: Job): JobReference => ({
  family: task.family,
  containerName: container.containerName,
  command,
  timeoutMinutes,
  roleArns: [task.taskRole.roleArn, task.obtainExecutionRole().roleArn],
});

/** Training, comparison and publication of challengers: a state machine, its schedule, and its alarm trigger. */
export class RetrainingStack extends Stack {
  readonly machine: sfn.StateMachine;
  readonly lostStarts: sqs.IQueue;

  constructor(scope: Construct, id: string, props: RetrainingStackProps) {
    const { stage, vpc, cluster, jobs, state, alarmTopic, ...stackProps } = props;
    super(scope, id, stackProps);
    const { retrain, promote } = jobs.jobs;
    this.machine = new RetrainingMachine(this, 'Retraining', {
      models: stage.retraining.models,
      place: {
        clusterArn: cluster.clusterArn,
        clusterName: cluster.clusterName,
        subnetIds: vpc.selectSubnets().subnetIds,
        securityGroupIds: [jobs.securityGroup.securityGroupId],
      },
      retrain: referenceTo(retrain),
      promote: referenceTo(promote),
      logDays: stage.logs.retentionDays,
      state,
      topic: alarmTopic,
    }).machine;
    this.lostStarts = new RetrainingTriggers(this, 'Triggers', {
      stage,
      machine: this.machine,
      driftAlarm: (model) => {
        const alarm = jobs.modelAlarms.of[model]?.drift;
        if (!alarm) throw new Error(`${model} has no alarm about drift`);
        return alarm;
      },
    }).lostStarts;
  }
}
