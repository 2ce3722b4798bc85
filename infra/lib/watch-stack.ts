import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import type { JobsStack } from './jobs-stack.ts';
import type { RetrainingStack } from './retraining-stack.ts';
import type { ServiceStack } from './service-stack.ts';

export interface WatchStackProps extends StackProps {
  stage: Stage;
  data: DataStack;
  services: ServiceStack;
  jobs: JobsStack;
  retraining: RetrainingStack;
}

/** Alarms, whom they tell, and the dashboard. */
export class WatchStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stage: _s, data: _d, services: _v, jobs: _j, retraining: _r, ...props }: WatchStackProps,
  ) {
    super(scope, id, props);
  }
}
