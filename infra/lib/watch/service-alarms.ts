import { Duration } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Stage } from '../../stages/stage.ts';
import { errorPercent } from '../error-percent.ts';
import { AlarmList } from './alarm-list.ts';

const minute = { period: Duration.minutes(1) };

export interface ServiceAlarmsProps {
  stage: Stage;
  /** As its messages call it. */
  name: string;
  service: ecs.FargateService;
  targets: elb.IApplicationTargetGroup;
}

/** One of the two services, as the balancer and ECS see it. */
export class ServiceAlarms extends AlarmList {
  constructor(scope: Construct, id: string, { stage, name, service, targets }: ServiceAlarmsProps) {
    super(scope, id);
    const { errorPercent: errors, latencyP99Seconds, saturationPercent } = stage.alarms;
    const { metrics } = targets;
    this.add('Errors', {
      metric: errorPercent(
        metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { ...minute, statistic: 'Sum' }),
        metrics.requestCount({ ...minute, statistic: 'Sum' }),
        { ...minute, name: 'service', label: `${name}: 5xx, percent` },
      ),
      above: errors,
      periods: 3,
      among: 5,
      meaning: `${name}: more than ${errors} % of the answers are 5xx`,
      section: 'service-errors',
    });
    this.add('Latency', {
      metric: metrics.targetResponseTime({ ...minute, statistic: 'p99' }),
      above: latencyP99Seconds,
      periods: 5,
      among: 5,
      meaning: `${name}: the slowest hundredth of the answers takes more than ${latencyP99Seconds} s`,
      section: 'service-latency',
    });
    this.add('Unhealthy', {
      metric: metrics.unhealthyHostCount({ ...minute, statistic: 'Maximum' }),
      above: 0,
      periods: 5,
      among: 5,
      meaning: `${name}: a task has not been ready for five minutes`,
      section: 'service-unhealthy',
    });
    this.add('Gone', {
      metric: metrics.healthyHostCount({ ...minute, statistic: 'Maximum' }),
      below: 1,
      periods: 2,
      among: 2,
      missing: 'bad',
      meaning: `${name}: no task is ready`,
      section: 'service-gone',
    });
    const saturated = {
      above: saturationPercent,
      periods: 3,
      among: 3,
      section: 'service-saturated' as const,
    };
    const five = { period: Duration.minutes(5) };
    this.add('Cpu', {
      metric: service.metricCpuUtilization(five),
      meaning: `${name}: the tasks use more than ${saturationPercent} % of their CPU`,
      ...saturated,
    });
    this.add('Memory', {
      metric: service.metricMemoryUtilization(five),
      meaning: `${name}: the tasks use more than ${saturationPercent} % of their memory`,
      ...saturated,
    });
  }
}
