import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * The secret that the orchestrator presents to the model server. Both read it when a task starts, so a new one takes
 * effect when both services are deployed anew.
 */
export class ServiceKey extends Construct {
  readonly secret: secretsmanager.Secret;
  readonly #keyArn: string;

  constructor(scope: Construct, id: string, { encryptionKey }: { encryptionKey: kms.IKey }) {
    super(scope, id);
    this.#keyArn = encryptionKey.keyArn;
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description: 'What the orchestrator presents to the model server',
      // by its ARN, since the key's own policy must not name roles of stacks that build on the key's
      encryptionKey: kms.Key.fromKeyArn(this, 'Key', encryptionKey.keyArn),
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'tasks read it when they start, so a new value needs a deployment, which no schedule of a secret makes',
    });
  }

  /** What ECS needs to hand it to a container. */
  grantRead(grantee: iam.IGrantable): void {
    this.secret.grantRead(grantee);
    grantee.grantPrincipal.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [this.#keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
        },
      }),
    );
  }
}
