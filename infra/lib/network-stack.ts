import { Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { addGatewayEndpoints, addInterfaceEndpoints } from './endpoints.ts';

export interface NetworkStackProps extends StackProps {
  stage: Stage;
}

/** Zones that the addresses are shared out for, however many a stage uses. */
const ZONES = 3;

/**
 * Which subnets a stage has. Public ones are there for a NAT gateway or a public balancer alone; without both the VPC
 * has no way in from the internet and none out to it. Tasks always run in the others. The addresses of those that are
 * not there are left free: a stage that gets a way out, or another zone, keeps the subnets that its tasks are in.
 */
function subnetsOf({ network, exposure }: Stage): ec2.SubnetConfiguration[] {
  const nat = network.egress === 'nat';
  const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;
  return [
    { name: 'public', subnetType: PUBLIC, mapPublicIpOnLaunch: false, reserved: !nat && !exposure.balancer },
    { name: 'tasks', subnetType: nat ? PRIVATE_WITH_EGRESS : PRIVATE_ISOLATED },
  ];
}

/** Where everything runs. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, { stage, ...props }: NetworkStackProps) {
    super(scope, id, props);
    const { cidr, zones, egress, natGateways = 1 } = stage.network;
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(cidr),
      // by number, so that they need not be looked up; without this a stack of no account has two at most
      availabilityZones: Array.from({ length: zones }, (_, zone) => Fn.select(zone, Fn.getAzs(stage.region))),
      reservedAzs: ZONES - zones,
      subnetConfiguration: subnetsOf(stage),
      natGateways: egress === 'nat' ? natGateways : 0,
      // emptying it takes a function that runs at every deployment; nothing here wears it, so it lets nobody in
      restrictDefaultSecurityGroup: false,
    });
    addGatewayEndpoints(vpc);
    if (egress === 'endpoints') addInterfaceEndpoints(vpc, cidr);
    this.#addFlowLogs(vpc, stage);
    this.vpc = vpc;
  }

  /** Who talked to whom. Addresses and ports only, so CloudWatch's own encryption is enough. */
  #addFlowLogs(vpc: ec2.Vpc, { network, logs: { retentionDays } }: Stage): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', {
      retention: retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup),
      trafficType: network.flowLogs === 'all' ? ec2.FlowLogTrafficType.ALL : ec2.FlowLogTrafficType.REJECT,
    });
  }
}
