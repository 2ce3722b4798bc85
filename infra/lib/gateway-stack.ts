import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { ServiceStack } from './service-stack.ts';

export interface GatewayStackProps extends StackProps {
  stage: Stage;
  services: ServiceStack;
}

/** The door to an internal balancer: throttled, cached where that is safe, behind a firewall. */
export class GatewayStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { stage: _stage, services: _services, ...props }: GatewayStackProps,
  ) {
    super(scope, id, props);
  }
}
