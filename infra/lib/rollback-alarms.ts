import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { errorPercent } from './error-percent.ts';

/**
 * What must not happen while a version is rolled out, seen by the balancer: errors, tasks that fail their health check,
 * and slow answers. Nothing asked is no fault.
 * @param targets must be attached to a listener already
 */
export function rollbackAlarms(
  scope: Construct,
  name: string,
  targets: elb.ApplicationTargetGroup,
  limits: Stage['orchestrator'],
): cloudwatch.Alarm[] {
  const { metrics } = targets;
  const period = Duration.minutes(1);
  const { GREATER_THAN_THRESHOLD: above } = cloudwatch.ComparisonOperator;
  const common = { comparisonOperator: above, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING };
  const errors = errorPercent(
    metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { period, statistic: 'Sum' }),
    metrics.requestCount({ period, statistic: 'Sum' }),
    { period, name: 'rollback', label: 'percent of answers that are 5xx' },
  );
  return [
    new cloudwatch.Alarm(scope, `${name}Errors`, {
      ...common,
      metric: errors,
      threshold: limits.rollbackErrorPercent,
      evaluationPeriods: 2,
      alarmDescription: `${name}: percent of answers that are 5xx`,
    }),
    new cloudwatch.Alarm(scope, `${name}Unhealthy`, {
      ...common,
      metric: metrics.unhealthyHostCount({ period, statistic: 'Maximum' }),
      threshold: 0,
      evaluationPeriods: 3,
      alarmDescription: `${name}: tasks that fail their health check`,
    }),
    new cloudwatch.Alarm(scope, `${name}Slow`, {
      ...common,
      metric: metrics.targetResponseTime({ period, statistic: 'p99' }),
      threshold: limits.rollbackP99Milliseconds / 1_000,
      evaluationPeriods: 3,
      evaluateLowSampleCountPercentile: 'ignore',
      alarmDescription: `${name}: seconds that the slowest 1 % of answers take`,
    }),
  ];
}
