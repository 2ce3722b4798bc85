import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/**
 * Where alarms are told. Its key is another than that of the data, since CloudWatch and EventBridge have to be let in:
 * with the key that AWS keeps for SNS they could not publish, and nobody would see why.
 */
export class AlarmTopic extends Construct {
  readonly topic: sns.ITopic;
  readonly key: kms.IKey;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const alarms = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    this.key = new kms.Key(this, 'Key', {
      description: 'alarms on their way',
      enableKeyRotation: true,
      // it holds nothing that outlives the topic
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // a rule that tells the topic something adds itself to the topic's policy, but not to the key's; EventBridge names no
    // account there
    for (const publisher of [alarms, new iam.ServicePrincipal('events.amazonaws.com')])
      this.key.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [publisher],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          resources: ['*'],
        }),
      );
    this.topic = new sns.Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    // a policy of one's own takes the place of the one that lets alarms of the account in
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [alarms],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
  }
}
