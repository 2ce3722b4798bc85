import { Validations } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { IDLE } from './shutdown.ts';

export interface BalancerProps {
  stage: Stage;
  vpc: ec2.IVpc;
  /** Takes who asked for which path: ids of clients, but no bodies and no keys. */
  logs: s3.IBucket;
  /** Where goes what no rule says. */
  defaultTargets: elb.ApplicationTargetGroup;
}

/** The one door to both services: internal behind the gateway, else public. */
export class Balancer extends Construct {
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly listener: elb.ApplicationListener;
  /** What a gateway's link wears to be let in; nothing else gets to an internal balancer. */
  readonly gatewayGroup?: ec2.SecurityGroup;
  /** Where callers go, where they reach it at all. */
  readonly url?: string;

  constructor(scope: Construct, id: string, { stage, vpc, logs, defaultTargets }: BalancerProps) {
    super(scope, id);
    const { exposure } = stage;
    this.balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc,
      internetFacing: Boolean(exposure.balancer),
      idleTimeout: IDLE,
      dropInvalidHeaderFields: true,
      // it holds nothing, and its stack is protected; protection of its own would stop the command that removes a stage
      deletionProtection: false,
    });
    this.balancer.logAccessLogs(logs, 'balancer');
    const common = { open: false, defaultAction: elb.ListenerAction.forward([defaultTargets]) };
    const { certificateArn, domainName, plainHttpFor = [] } = exposure.balancer ?? {};
    if (certificateArn) {
      this.listener = this.balancer.addListener('Https', {
        ...common,
        open: true,
        port: 443,
        certificates: [acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn)],
        sslPolicy: elb.SslPolicy.TLS13_RES,
      });
      this.balancer.addRedirect();
      Validations.of(this.balancer).acknowledge({
        id: 'AwsSolutions-EC23',
        reason: 'it is the public door of the stage, behind a firewall; tasks are reached through it alone',
      });
      this.url = `https://${domainName}`;
      return;
    }
    // plain inside the VPC: the gateway ends TLS, and no authority signs the balancer's own name
    this.listener = this.balancer.addListener('Http', { ...common, port: 80 });
    if (exposure.gateway) this.gatewayGroup = this.#admitGateway(vpc);
    else this.url = `http://${this.balancer.loadBalancerDnsName}`;
    for (const network of plainHttpFor)
      this.listener.connections.allowFrom(ec2.Peer.ipv4(network), ec2.Port.tcp(80), 'a listed network');
  }

  #admitGateway(vpc: ec2.IVpc): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'Gateway', {
      vpc,
      description: 'The link by which the gateway reaches the balancer',
      allowAllOutbound: false,
    });
    this.listener.connections.allowFrom(group, ec2.Port.tcp(80), 'the gateway');
    return group;
  }
}
