import { METRICS, MODEL_ALARMS, type ModelAlarm, type ModelAlarmName } from '@tristore/common/resources.ts';
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Stage } from '../stages/stage.ts';
import { type RunbookSection, withRunbook } from './runbook.ts';

const SECTIONS: Record<ModelAlarmName, RunbookSection> = {
  drift: 'model-drift',
  performance: 'model-performance',
  no_traffic: 'model-no-traffic',
};

const COMPARISON = {
  above: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  below: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

const MISSING = {
  bad: cloudwatch.TreatMissingData.BREACHING,
  good: cloudwatch.TreatMissingData.NOT_BREACHING,
  unknown: cloudwatch.TreatMissingData.IGNORE,
} as const;

/** A figure that the watching of models writes, of one model. */
export function modelMetric(stage: Stage, model: string, { metric, statistic, periodSeconds }: ModelAlarm) {
  return new cloudwatch.Metric({
    namespace: METRICS.namespace,
    metricName: metric,
    dimensionsMap: { [METRICS.stage]: stage.name, [METRICS.model]: model },
    statistic,
    period: Duration.seconds(periodSeconds),
  });
}

/** Runs of the monitor that ended well. */
export function monitorRuns(stage: Stage, period: Duration) {
  return new cloudwatch.Metric({
    namespace: METRICS.namespace,
    metricName: METRICS.monitorRuns,
    dimensionsMap: { [METRICS.stage]: stage.name },
    statistic: 'Sum',
    period,
  });
}

/**
 * The alarms of `resources.ts`, for each model that is retrained. What must be there (`missing: 'bad'`) is only missed
 * while the monitor is on.
 */
export class ModelAlarms extends Construct {
  readonly of: Record<string, Record<ModelAlarmName, cloudwatch.Alarm>> = {};

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    for (const model of stage.retraining.models) {
      const alarm = (name: ModelAlarmName) => {
        const rule: ModelAlarm = MODEL_ALARMS[name];
        const { threshold, periods, when, meaning } = rule;
        const missing = rule.missing === 'bad' && !stage.monitor.enabled ? 'unknown' : rule.missing;
        return modelMetric(stage, model, rule).createAlarm(this, `${model}-${name}`, {
          threshold,
          evaluationPeriods: periods,
          comparisonOperator: COMPARISON[when],
          treatMissingData: MISSING[missing],
          alarmDescription: withRunbook(`${model}, ${name}: ${meaning}`, SECTIONS[name]),
        });
      };
      this.of[model] = {
        drift: alarm('drift'),
        performance: alarm('performance'),
        no_traffic: alarm('no_traffic'),
      };
    }
  }

  get all(): cloudwatch.Alarm[] {
    return Object.values(this.of).flatMap((alarms) => Object.values(alarms));
  }
}
