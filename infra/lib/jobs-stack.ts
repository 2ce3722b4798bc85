import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import type { BuiltImages } from './images.ts';

export const JOBS = ['train', 'evaluate', 'retrain', 'replay', 'monitor'] as const;
export type JobName = (typeof JOBS)[number];

export interface JobsStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  cluster: ecs.ICluster;
  data: DataStack;
  images?: BuiltImages | undefined;
}

/** What runs to completion: a task definition a job, and the monitor's schedule. */
export class JobsStack extends Stack {
  readonly tasks: Partial<Record<JobName, ecs.FargateTaskDefinition>> = {};

  constructor(
    scope: Construct,
    id: string,
    { stage: _s, vpc: _v, cluster: _c, data: _d, images: _i, ...props }: JobsStackProps,
  ) {
    super(scope, id, props);
  }
}
