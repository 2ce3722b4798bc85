import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import type { DataStack } from './data-stack.ts';
import type { GatewayStack } from './gateway-stack.ts';
import type { JobsStack } from './jobs-stack.ts';
import { OUTPUTS } from './outputs.ts';
import type { RetrainingStack } from './retraining-stack.ts';
import { withRunbook } from './runbook.ts';
import type { ServiceStack } from './service-stack.ts';
import { BalancerAlarms } from './watch/balancer-alarms.ts';
import { Dashboard } from './watch/dashboard.ts';
import { DeploymentNotices } from './watch/deployment-notices.ts';
import { EvaluationStoreAlarms } from './watch/evaluation-store-alarms.ts';
import { FeatureStoreAlarms } from './watch/feature-store-alarms.ts';
import { GatewayAlarms } from './watch/gateway-alarms.ts';
import { JobAlarms } from './watch/job-alarms.ts';
import { ServiceAlarms } from './watch/service-alarms.ts';

export interface WatchStackProps extends StackProps {
  stage: Stage;
  data: DataStack;
  services: ServiceStack;
  /** Where the stage has one. */
  gateway?: GatewayStack | undefined;
  jobs: JobsStack;
  retraining: RetrainingStack;
}

/** Alarms, whom they tell, and the dashboard. */
export class WatchStack extends Stack {
  /** Every alarm of the stage, those of other stacks too. */
  readonly alarms: cloudwatch.AlarmBase[];

  constructor(scope: Construct, id: string, props: WatchStackProps) {
    const { stage, data, services, gateway, jobs, retraining, ...stackProps } = props;
    super(scope, id, stackProps);
    const orchestrator = new ServiceAlarms(this, 'Orchestrator', {
      stage,
      name: 'orchestrator',
      service: services.orchestrator,
      targets: services.orchestratorTargets,
    });
    const model = new ServiceAlarms(this, 'Model', {
      stage,
      name: 'model server',
      service: services.model,
      targets: services.modelTargets,
    });
    const balancer = new BalancerAlarms(this, 'Balancer', { stage, balancer: services.balancer });
    const door = gateway
      ? [new GatewayAlarms(this, 'Gateway', { stage, gateway: gateway.gateway.stage })]
      : [];
    const { predictions, outcomes } = data.evaluationStore;
    const { features, state } = data.featureStore;
    const told = [
      orchestrator,
      model,
      balancer,
      ...door,
      new EvaluationStoreAlarms(this, 'EvaluationStore', { stage, streams: { predictions, outcomes } }),
      new FeatureStoreAlarms(this, 'FeatureStore', { tables: { features, state } }),
      new JobAlarms(this, 'Jobs', {
        stage,
        machine: retraining.machine,
        lostStarts: { monitor: jobs.monitorSchedule.lostStarts, retraining: retraining.lostStarts },
      }),
    ].flatMap(({ alarms }) => alarms);
    told.push(...jobs.modelAlarms.all, ...services.rollbackAlarms);
    const toTopic = new actions.SnsAction(data.alarmTopic);
    for (const alarm of told) alarm.addAlarmAction(toTopic);

    for (const alarm of services.rollbackAlarms) {
      const { defaultChild } = alarm.node;
      if (defaultChild instanceof cloudwatch.CfnAlarm)
        defaultChild.alarmDescription = withRunbook(
          defaultChild.alarmDescription ?? 'a deployment would be rolled back',
          'deployment-rolled-back',
        );
    }
    // tells nobody, since what it is made of does: for a pager or a status page
    const ill = new cloudwatch.CompositeAlarm(this, 'Ill', {
      alarmRule: cloudwatch.AlarmRule.anyOf(
        ...[orchestrator, model, balancer, ...door]
          .flatMap(({ alarms }) => alarms)
          .filter(({ node }) => ['Errors', 'Latency', 'Gone'].includes(node.id)),
      ),
      alarmDescription: withRunbook('callers get errors, slow answers, or none', 'service-ill'),
    });
    this.alarms = [ill, ...told];

    for (const email of stage.alarms.emails)
      new sns.Subscription(this, `mail-${email}`, {
        topic: data.alarmTopic,
        protocol: sns.SubscriptionProtocol.EMAIL,
        endpoint: email,
      });
    new DeploymentNotices(this, 'Deployments', { services, topic: data.alarmTopic });
    const dashboard = new Dashboard(this, 'Dashboard', {
      stage,
      data,
      services,
      retraining,
      alarms: this.alarms,
    });
    new CfnOutput(this, OUTPUTS.dashboardName, { value: dashboard.name });
  }
}
