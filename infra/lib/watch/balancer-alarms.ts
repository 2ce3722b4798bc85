import { Duration } from 'aws-cdk-lib';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Stage } from '../../stages/stage.ts';
import { errorPercent } from '../error-percent.ts';
import { AlarmList } from './alarm-list.ts';

const minute = { period: Duration.minutes(1) };

/** What the balancer answers itself: no target, none that answers in time, or one that breaks off. */
export class BalancerAlarms extends AlarmList {
  constructor(
    scope: Construct,
    id: string,
    { stage, balancer }: { stage: Stage; balancer: elb.IApplicationLoadBalancer },
  ) {
    super(scope, id);
    const { errorPercent: percent } = stage.alarms;
    const { metrics } = balancer;
    const errors = metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, { ...minute, statistic: 'Sum' });
    const requests = metrics.requestCount({ ...minute, statistic: 'Sum' });
    this.add('Errors', {
      metric: errorPercent(errors, requests, {
        ...minute,
        name: 'balancer',
        label: 'balancer: 5xx, percent',
      }),
      above: percent,
      periods: 3,
      among: 5,
      meaning: `the balancer itself answers more than ${percent} % of the requests with 5xx`,
      section: 'balancer-errors',
    });
  }
}
