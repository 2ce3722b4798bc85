import { type App, Validations } from 'aws-cdk-lib';

/** Rules of AWS Solutions that constructs break for a reason. */
interface Reason {
  /** Paths of constructs without their stage. */
  at: RegExp;
  /** In them `…` stands for names that synthesis makes up. */
  rules: readonly string[];
  reason: string;
}

const TASKS = '(jobs/[a-z]+|services/(Orchestrator|ModelServer))/Task';

const REASONS: readonly Reason[] = [
  {
    at: /^gateway\/Gateway\/Api$/,
    rules: ['AwsSolutions-APIG2'],
    reason:
      'the services check each body by the schemas that their documents show; a second copy here would drift',
  },
  {
    at: /^gateway\/Gateway\/Api$/,
    rules: ['AwsSolutions-APIG4', 'AwsSolutions-COG4'],
    reason: 'the services check keys and tokens, so that a stage without a gateway has the same doors',
  },
  {
    at: /^gateway\/Gateway\/Api\/CloudWatchRole$/,
    rules: ['AwsSolutions-IAM4[Policy::…AmazonAPIGatewayPushToCloudWatchLogs]'],
    reason: 'the policy that AWS makes for the one role by which all gateways of an account write logs',
  },
  {
    at: new RegExp(`^${TASKS}$`),
    rules: ['AwsSolutions-ECS2'],
    reason: 'variables hold settings alone; the one secret comes out of Secrets Manager when a task starts',
  },
  {
    at: new RegExp(`^${TASKS}/ExecutionRole$`),
    rules: ['AwsSolutions-IAM5[Resource::*]'],
    reason: 'ecr:GetAuthorizationToken is about no repository; the pull itself names one',
  },
  {
    at: /^services\/Cluster$/,
    rules: ['AwsSolutions-ECS4'],
    reason:
      'figures of each task are billed as metrics of our own: a setting of the stage, logs.containerInsights',
  },
  {
    at: /^services\/ServiceKey$/,
    rules: ['AwsSolutions-SMG4'],
    reason:
      'both services must change it at once, which a function that rotates cannot do; the runbook says how',
  },
  {
    at: /^retraining\/Retraining\/Machine\/Role$/,
    rules: ['AwsSolutions-IAM5[Resource::*]'],
    reason: 'deliveries of logs by a state machine are no resources that IAM could name',
  },
  {
    at: /^retraining\/Retraining\/Machine\/Role$/,
    rules: ['AwsSolutions-IAM5[Resource::…:task-definition/…:*]'],
    reason: 'the revision of a job that is the newest when it is started',
  },
  {
    at: /^(retraining\/Retraining\/Machine\/Role|jobs\/SchedulerRole[^/]*)$/,
    rules: ['AwsSolutions-IAM5[Resource::…:task/…/*]'],
    reason: 'tasks get their names when they start; only those of this cluster',
  },
  {
    at: /^retraining\/Retraining\/OwnRuns$/,
    rules: ['AwsSolutions-IAM5[Resource::…:execution:…:*]'],
    reason: 'runs get their names when they start; only those of this machine',
  },
  {
    at: /^(jobs\/MonitorSchedule|retraining\/Triggers)\/LostStarts\/Queue$/,
    rules: ['AwsSolutions-SQS3'],
    reason: 'it is itself where that goes which could not be delivered, and an alarm watches it',
  },
];

/** Writes the reasons beside what they are for, once all stacks are there. */
export function acknowledgeRules(app: App): void {
  for (const construct of app.node.findAll()) {
    const path = construct.node.path.replace(/^tristore-[a-z0-9]+-/, '');
    for (const { at, rules, reason } of REASONS)
      if (at.test(path)) Validations.of(construct).acknowledge(...rules.map((id) => ({ id, reason })));
  }
}
