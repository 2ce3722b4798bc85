import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeliverySettings } from '../../stages/delivery-settings.ts';
import { deployRights } from './deploy-rights.ts';
import { GitHub } from './github.ts';
import { ImageRepository } from './image-repository.ts';

export interface DeliveryStackProps extends StackProps {
  settings: DeliverySettings;
}

const SERVICES = ['orchestrator', 'model'] as const;

const REASONS = {
  'AwsSolutions-IAM5[Resource::…]':
    'names that cdk bootstrap and CloudFormation make up begin as given here; the key has a condition on its tag',
  'AwsSolutions-IAM5[Resource::*]': 'ecr:GetAuthorizationToken is about no repository',
};

/** What GitHub needs in an account: who its jobs are, where images go, and what a deployment may do. Deployed by hand. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: DeliveryStackProps) {
    super(scope, id, props);
    const { branch, stages } = settings;
    const github = new GitHub(this, 'GitHub', settings);
    const builder = github.role('Build', { branch }, `Builds images of ${branch}`);
    this.#tell('BuildRole', builder.roleArn, 'variable BUILD_ROLE of the repository');
    for (const service of SERVICES) {
      const images = new ImageRepository(this, service, settings);
      images.grantBuild(builder);
      const variable = `${service.toUpperCase()}_REPOSITORY`;
      this.#tell(
        `${service}Repository`,
        images.repository.repositoryUri,
        `variable ${variable} of the repository`,
      );
    }
    for (const stage of stages) {
      const role = github.role(`Deploy-${stage}`, { environment: stage }, `Deploys ${stage}`);
      for (const statement of deployRights(this, stage)) role.addToPolicy(statement);
      this.#tell(`DeployRole${stage}`, role.roleArn, `variable DEPLOY_ROLE of the environment ${stage}`);
    }
    for (const [rule, reason] of Object.entries(REASONS))
      Validations.of(github).acknowledge({ id: rule, reason });
  }

  #tell(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
