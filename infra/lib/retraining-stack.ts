import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { JobsStack } from './jobs-stack.ts';

export interface RetrainingStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  cluster: ecs.ICluster;
  jobs: JobsStack;
  alarmTopic: sns.ITopic;
}

/** Training, comparison and publication of challengers: a state machine, its schedule, and its alarm trigger. */
export class RetrainingStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stage: _s, vpc: _v, cluster: _c, jobs: _j, alarmTopic: _a, ...props }: RetrainingStackProps,
  ) {
    super(scope, id, props);
  }
}
