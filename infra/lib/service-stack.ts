import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import type { BuiltImages } from './images.ts';

export interface ServiceStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  data: DataStack;
  images?: BuiltImages | undefined;
}

/** The two services behind one balancer. */
export class ServiceStack extends Stack {
  readonly cluster: ecs.ICluster;
  declare readonly balancer: elb.ApplicationLoadBalancer;
  declare readonly listener: elb.ApplicationListener;
  declare readonly orchestrator: ecs.FargateService;
  declare readonly model: ecs.FargateService;
  declare readonly orchestratorTargets: elb.ApplicationTargetGroup;
  declare readonly modelTargets: elb.ApplicationTargetGroup;
  /** The alarms that roll a deployment back; the watch stack lists and notifies them too. */
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    { vpc, stage: _stage, data: _data, images: _images, ...props }: ServiceStackProps,
  ) {
    super(scope, id, props);
    this.cluster = new ecs.Cluster(this, 'Cluster', { vpc });
  }
}
