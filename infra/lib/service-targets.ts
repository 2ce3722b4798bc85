import { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { PORTS } from './environment.ts';
import { DEREGISTRATION } from './shutdown.ts';

/** Ready, of each service: the process alone, so that a slow dependency replaces no task. */
export const READY_PATHS = { orchestrator: '/health/ready', model: '/v2/health/ready' } as const;

/** The tasks of one service, as the balancer sees them. */
export function serviceTargets(scope: Construct, id: string, name: keyof typeof PORTS, vpc: ec2.IVpc) {
  return new elb.ApplicationTargetGroup(scope, id, {
    vpc,
    port: PORTS[name],
    protocol: elb.ApplicationProtocol.HTTP,
    targetType: elb.TargetType.IP,
    deregistrationDelay: DEREGISTRATION,
    // a task that is busy gets less: batches and single predictions cost very different times
    loadBalancingAlgorithmType: elb.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    healthCheck: {
      path: READY_PATHS[name],
      healthyHttpCodes: '200',
      interval: Duration.seconds(5),
      timeout: Duration.seconds(4),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
    },
  });
}
