import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** A job by its names alone. */
export interface JobReference {
  /** Of the task definition: its newest revision runs. */
  family: string;
  containerName: string;
  command: readonly string[];
  timeoutMinutes: number;
  /** The task's role and that which starts it. */
  roleArns: string[];
}

export interface JobPlace {
  clusterArn: string;
  clusterName: string;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** Faults of AWS's own, among them that it has no room for a task just now. */
const TRANSIENT = ['ECS.AmazonECSException', 'ECS.ServerException', 'ECS.ThrottlingException'];

/** Minutes that a task may need before and after its program: image, network interface. */
const START_MINUTES = 10;

const quoted = (text: string) => `'${text}'`;

/**
 * Starts a job and waits for its end: an exit code other than 0 is the error `States.TaskFailed`, and a run that
 * outlasts its time is stopped.
 *
 * CDK's own `EcsRunTask` would import the task definition's ARN from its stack, which changes with every image; an export
 * in use cannot change, so no deployment after the first would succeed.
 */
export function runJob(
  scope: Construct,
  id: string,
  { job, place, args }: { job: JobReference; place: JobPlace; args: string[] },
): sfn.CustomState {
  const words = [...job.command.map(quoted), ...args];
  return new sfn.CustomState(scope, id, {
    stateJson: {
      Type: 'Task',
      Resource: `arn:${Stack.of(scope).partition}:states:::ecs:runTask.sync`,
      Parameters: {
        LaunchType: 'FARGATE',
        Cluster: place.clusterArn,
        TaskDefinition: job.family,
        PropagateTags: 'TASK_DEFINITION',
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            Subnets: place.subnetIds,
            SecurityGroups: place.securityGroupIds,
            AssignPublicIp: 'DISABLED',
          },
        },
        Overrides: {
          ContainerOverrides: [{ Name: job.containerName, 'Command.$': `States.Array(${words.join(', ')})` }],
        },
      },
      TimeoutSeconds: (job.timeoutMinutes + START_MINUTES) * 60,
      ResultPath: null,
      Retry: [
        {
          ErrorEquals: TRANSIENT,
          IntervalSeconds: 60,
          BackoffRate: 2,
          MaxAttempts: 6,
          MaxDelaySeconds: 900,
          JitterStrategy: 'FULL',
        },
        // the task did not start, or its host went: once more; a run that fails by itself costs twice then
        { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 60, MaxAttempts: 1 },
      ],
    },
  });
}

/** What a state machine needs to start these jobs, here and nowhere else. */
export function jobStatements(stack: Stack, jobs: JobReference[], place: JobPlace): iam.PolicyStatement[] {
  const arn = (service: string, resource: string, resourceName: string) =>
    stack.formatArn({ service, resource, resourceName });
  return [
    new iam.PolicyStatement({
      actions: ['ecs:RunTask'],
      resources: jobs
        .map(({ family }) => arn('ecs', 'task-definition', `${family}:*`))
        .concat(
          // a family without a revision is checked without one
          jobs.map(({ family }) => arn('ecs', 'task-definition', family)),
        ),
      conditions: { ArnEquals: { 'ecs:cluster': place.clusterArn } },
    }),
    new iam.PolicyStatement({
      actions: ['ecs:StopTask', 'ecs:DescribeTasks'],
      resources: [arn('ecs', 'task', `${place.clusterName}/*`)],
    }),
    new iam.PolicyStatement({
      actions: ['ecs:TagResource'],
      resources: [arn('ecs', 'task', `${place.clusterName}/*`)],
      conditions: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
    }),
    new iam.PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [...new Set(jobs.flatMap(({ roleArns }) => roleArns))],
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }),
    // by this rule, which Step Functions makes, it learns that a task ended
    new iam.PolicyStatement({
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [arn('events', 'rule', 'StepFunctionsGetEventsForECSTaskRule')],
    }),
  ];
}
