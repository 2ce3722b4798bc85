import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import { type BuiltImages, Images } from './images.ts';

export interface ServiceStackProps extends StackProps {
  stage: Stage;
  vpc: ec2.IVpc;
  data: DataStack;
  images?: BuiltImages | undefined;
}

/** The two services behind one balancer: a stand-in with what others look at. */
export class ServiceStack extends Stack {
  readonly cluster: ecs.ICluster;
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly listener: elb.ApplicationListener;
  readonly orchestrator: ecs.FargateService;
  readonly model: ecs.FargateService;
  readonly orchestratorTargets: elb.ApplicationTargetGroup;
  readonly modelTargets: elb.ApplicationTargetGroup;
  readonly rollbackAlarms: cloudwatch.Alarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    { vpc, stage: _stage, data: _data, images, ...props }: ServiceStackProps,
  ) {
    super(scope, id, props);
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    this.cluster = cluster;
    const { orchestrator, model } = new Images(this, images);
    const service = (name: string, image: ecs.ContainerImage) => {
      const taskDefinition = new ecs.FargateTaskDefinition(this, `${name}Task`);
      taskDefinition.addContainer(name, { image, portMappings: [{ containerPort: 8000 }] });
      return new ecs.FargateService(this, name, { cluster, taskDefinition });
    };
    this.orchestrator = service('Orchestrator', orchestrator);
    this.model = service('Model', model);
    this.balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', { vpc });
    this.listener = this.balancer.addListener('Listener', { port: 80 });
    this.orchestratorTargets = this.listener.addTargets('Rest', {
      port: 8000,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [this.orchestrator],
    });
    this.modelTargets = this.listener.addTargets('Models', {
      port: 8080,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [this.model],
      priority: 1,
      conditions: [elb.ListenerCondition.pathPatterns(['/v2*'])],
    });
  }
}
