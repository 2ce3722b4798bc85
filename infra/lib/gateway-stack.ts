import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { Firewall } from './firewall.ts';
import { GatewayApi } from './gateway-api.ts';
import { GatewayDomain } from './gateway-domain.ts';
import type { ServiceStack } from './service-stack.ts';

export interface GatewayStackProps extends StackProps {
  stage: Stage;
  services: ServiceStack;
}

/** The door to an internal balancer: throttled, cached where that is safe, behind a firewall. */
export class GatewayStack extends Stack {
  readonly gateway: GatewayApi;
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { stage, services, ...props }: GatewayStackProps) {
    super(scope, id, props);
    const { gateway } = stage.exposure;
    if (!gateway) throw new TypeError('this stage has no gateway');
    this.gateway = new GatewayApi(this, 'Gateway', { gateway, logs: stage.logs, services });
    new Firewall(this, 'Firewall', { stage, protects: this.gateway.stage.stageArn });
    const { certificateArn, domainName } = gateway;
    if (certificateArn && domainName) {
      const domain = new GatewayDomain(this, 'Domain', {
        certificateArn,
        domainName,
        stage: this.gateway.stage,
      });
      this.url = `https://${domainName}`;
      new CfnOutput(this, 'PointDomainAt', {
        value: domain.target,
        description: `where the record of ${domainName} in your DNS must lead`,
      });
    } else this.url = this.gateway.url;
    new CfnOutput(this, 'Url', { value: this.url });
  }
}
