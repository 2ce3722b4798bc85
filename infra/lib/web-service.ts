import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { type ServiceTaskProps, serviceTask } from './service-task.ts';
import { IDLE } from './shutdown.ts';

export interface WebServiceProps extends ServiceTaskProps {
  cluster: ecs.ICluster;
  targets: elb.ApplicationTargetGroup;
  rollbackAlarms: readonly cloudwatch.Alarm[];
  /** Whether others find it by its name; else it only finds them. */
  discoverable?: boolean;
}

/** One of the two services: its tasks, how many there are, and how a new version takes over. */
export class WebService extends Construct {
  readonly service: ecs.FargateService;
  readonly task: ecs.FargateTaskDefinition;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    const { cluster, targets, rollbackAlarms, stage, name } = props;
    const { task, logs } = serviceTask(this, props);
    this.task = task;
    this.service = new ecs.FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      securityGroups: [this.#securityGroup(stage, cluster.vpc)],
      assignPublicIp: false,
      // a new task is ready before an old one leaves; how many there are is the scaling's choice, not a deployment's
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      healthCheckGracePeriod: Duration.seconds(60),
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
      circuitBreaker: { enable: true, rollback: true },
      deploymentAlarms: {
        alarmNames: rollbackAlarms.map(({ alarmName }) => alarmName),
        behavior: ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
      },
      enableECSManagedTags: true,
      propagateTags: ecs.PropagatedTagSource.SERVICE,
      // no TLS between the two: it needs a private authority, which costs more by the month than a small stage;
      // the security groups let the orchestrator alone in, and it brings the service key
      serviceConnectConfiguration: {
        logDriver: ecs.LogDrivers.awsLogs({ logGroup: logs, streamPrefix: 'connect' }),
        services: props.discoverable
          ? [
              {
                portMappingName: name,
                dnsName: name,
                port: task.defaultContainer?.containerPort,
                idleTimeout: IDLE,
                perRequestTimeout: Duration.seconds(30),
              },
            ]
          : [],
      },
    });
    this.service.attachToApplicationTargetGroup(targets);
    this.#scale(stage[name], targets);
  }

  /** Tasks call AWS, an OIDC issuer, and one another; what they may reach is opened by name, and nothing else. */
  #securityGroup({ oidc }: Stage, vpc: ec2.IVpc): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'Tasks', {
      vpc,
      description: 'Tasks of one service',
      allowAllOutbound: false,
    });
    const ports = new Set([443, Number(oidc ? new URL(oidc.issuer).port || 443 : 443)]);
    for (const port of ports)
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port), 'AWS and the issuer of JWT');
    return group;
  }

  /**
   * By what comes through the balancer, and by CPU: what the orchestrator asks of the model server goes by Service
   * Connect, which no balancer counts, and a batch is one request.
   */
  #scale(
    { minTasks, maxTasks, ...wanted }: Stage['orchestrator'],
    targets: elb.ApplicationTargetGroup,
  ): void {
    const scaling = this.service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
    // a task is worth its start, so it stays for a while after the crowd has gone
    const cooldown = { scaleOutCooldown: Duration.minutes(1), scaleInCooldown: Duration.minutes(5) };
    scaling.scaleOnRequestCount('Requests', {
      targetGroup: targets,
      requestsPerTarget: wanted.requestsPerTask,
      ...cooldown,
    });
    scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: wanted.cpuPercent, ...cooldown });
  }
}
