import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ServiceStack } from '../service-stack.ts';

/** ECS says by an event, not by a metric, that a deployment did not become ready and was rolled back. */
export class DeploymentNotices extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { services, topic }: { services: ServiceStack; topic: sns.ITopic },
  ) {
    super(scope, id);
    new events.Rule(this, 'Failed', {
      description: 'a deployment failed',
      eventPattern: {
        source: ['aws.ecs'],
        detailType: ['ECS Deployment State Change'],
        resources: [services.orchestrator.serviceArn, services.model.serviceArn],
        detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
      },
      targets: [
        new targets.SnsTopic(topic, {
          message: events.RuleTargetInput.fromText(
            `Deployment failed: ${events.EventField.fromPath('$.resources[0]')}: ${events.EventField.fromPath('$.detail.reason')}. What to do: docs/runbook.md#deployment-rolled-back`,
          ),
        }),
      ],
    });
  }
}
