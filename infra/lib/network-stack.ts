import { Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';

export interface NetworkStackProps extends StackProps {
  stage: Stage;
}

/** Where everything runs. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, { stage, ...props }: NetworkStackProps) {
    super(scope, id, props);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(stage.network.cidr),
      maxAzs: stage.network.zones,
    });
  }
}
