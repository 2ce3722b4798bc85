import { Duration } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { Stage } from '../../stages/stage.ts';
import { errorPercent } from '../error-percent.ts';
import { AlarmList } from './alarm-list.ts';

const minute = { period: Duration.minutes(1) };

/** What callers of a gateway get, its own failures included: a link that is down is seen nowhere else. */
export class GatewayAlarms extends AlarmList {
  constructor(scope: Construct, id: string, { stage, gateway }: { stage: Stage; gateway: apigateway.Stage }) {
    super(scope, id);
    const { errorPercent: percent } = stage.alarms;
    this.add('Errors', {
      metric: errorPercent(
        gateway.metricServerError({ ...minute, statistic: 'Sum' }),
        gateway.metricCount({ ...minute, statistic: 'Sum' }),
        { ...minute, name: 'gateway', label: 'gateway: 5xx, percent' },
      ),
      above: percent,
      periods: 3,
      among: 5,
      meaning: `the gateway answers more than ${percent} % of the requests with 5xx`,
      section: 'gateway-errors',
    });
  }
}
