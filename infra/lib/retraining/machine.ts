import { ArnFormat, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { grantKeyThrough, READ, TABLE_WRITE, WRITE } from '../kms-use.ts';
import { type RetrainingProps, retrainingDefinition } from './definition.ts';
import { jobStatements } from './run-job.ts';

/**
 * Retrains one model: `{"model_name": "credit-default", "reason": "drift"}`. The job `retrain` makes a challenger, compares
 * it with the champion and leaves its verdict in `state`; a blessed one becomes a shadow by the job `promote`. What came
 * of it, or that it failed, goes to the topic. Two runs of one model never go on at once: the second ends well at once.
 */
export class RetrainingMachine extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: RetrainingProps) {
    super(scope, id);
    const { place, retrain, promote, state, topic } = props;
    this.machine = new sfn.StateMachine(this, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromChainable(retrainingDefinition(this, props)),
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          retention: props.logDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: true,
      },
      tracingEnabled: true,
    });
    const stack = Stack.of(this);
    for (const statement of jobStatements(stack, [retrain, promote], place))
      this.machine.addToRolePolicy(statement);
    // what the steps call is granted with them; the keys of table and topic are not
    if (state.encryptionKey) grantKeyThrough('dynamodb', state.encryptionKey, this.machine, TABLE_WRITE);
    if (topic.masterKey) grantKeyThrough('sns', topic.masterKey, this.machine, [...READ, ...WRITE]);
    Validations.of(this.machine.role).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'deliveries of logs by a state machine are no resources that IAM could name',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::…:task-definition/…:*]',
        reason: 'the revision of a job that is the newest when it is started',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::…:task/…/*]',
        reason: 'tasks get their names when they start; only those of this cluster',
      },
    );
    // a policy of its own: the role's first one is made before the machine, and cannot name it
    const ownRuns = new iam.Policy(this, 'OwnRuns', {
      roles: [this.machine.role],
      statements: [
        new iam.PolicyStatement({
          actions: ['states:DescribeExecution'],
          resources: [
            stack.formatArn({
              service: 'states',
              resource: 'execution',
              resourceName: `${this.machine.stateMachineName}:*`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ],
        }),
      ],
    });
    Validations.of(ownRuns).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::…:execution:…:*]',
      reason: 'runs get their names when they start; only those of this machine',
    });
  }
}
