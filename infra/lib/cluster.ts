import { Stack, Validations } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { NamespaceType } from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

const INSIGHTS = {
  off: ecs.ContainerInsights.DISABLED,
  on: ecs.ContainerInsights.ENABLED,
  enhanced: ecs.ContainerInsights.ENHANCED,
} as const;

/** Where services and jobs run, and the names by which they find one another. */
export function serviceCluster(scope: Construct, { logs }: Stage, vpc: ec2.IVpc): ecs.Cluster {
  const cluster = new ecs.Cluster(scope, 'Cluster', {
    vpc,
    containerInsightsV2: INSIGHTS[logs.containerInsights],
  });
  if (logs.containerInsights === 'off')
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason: 'a choice of the stage: the services tell their own figures, and these are billed by the task',
    });
  // a namespace must be given a name, so it has the stack's
  cluster.addDefaultCloudMapNamespace({
    name: Stack.of(scope).stackName,
    // Service Connect asks no DNS, so no zone is paid for
    type: NamespaceType.HTTP,
    useForServiceConnect: true,
  });
  return cluster;
}
