import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type RunbookSection, withRunbook } from '../runbook.ts';

export interface AlarmRule {
  metric: cloudwatch.Metric | cloudwatch.MathExpression;
  /** It rises where a period's value is above, or below, this. */
  above?: number;
  below?: number;
  /** Of `among` periods in a row, how many must be so. */
  periods?: number;
  among?: number;
  /** A period without a value is fine (`good`), or the worst of all (`bad`). */
  missing?: 'good' | 'bad';
  meaning: string;
  section: RunbookSection;
}

/** Alarms that belong together. Each says in its message where the runbook goes on. */
export class AlarmList extends Construct {
  readonly alarms: cloudwatch.Alarm[] = [];

  protected add(id: string, rule: AlarmRule): cloudwatch.Alarm {
    const { metric, above, below, periods = 1, among = periods, missing = 'good' } = rule;
    const { ComparisonOperator, TreatMissingData } = cloudwatch;
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      threshold: above ?? below ?? 0,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: among,
      datapointsToAlarm: periods,
      treatMissingData: missing === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: withRunbook(rule.meaning, rule.section),
    });
    this.alarms.push(alarm);
    return alarm;
  }
}
