import { Validations } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';

/** Says of a task, whose containers are there already, why it breaks two rules of AWS Solutions. */
export function acknowledgeTask(task: ecs.FargateTaskDefinition): void {
  Validations.of(task).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason: 'the variables hold names, addresses and limits; the one secret comes from Secrets Manager',
  });
  Validations.of(task.obtainExecutionRole()).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'ecr:GetAuthorizationToken knows no resources, and by itself opens no repository',
  });
}
