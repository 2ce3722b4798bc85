import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { AlarmList } from './alarm-list.ts';

/** What our code calls. */
const OPERATIONS = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;

const minute = { period: Duration.minutes(1) };

/** One figure of a table over its operations, added up; `name` tells it from others in one graph. */
export function tableSum(table: dynamodb.ITable, metricName: string, name: string) {
  const id = (operation: string) => `${name}_${operation.toLowerCase()}`;
  const single = (operation: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: table.tableName, Operation: operation },
      statistic: 'Sum',
      ...minute,
    });
  return new cloudwatch.MathExpression({
    expression: OPERATIONS.map((operation) => `FILL(${id(operation)}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(OPERATIONS.map((operation) => [id(operation), single(operation)])),
    label: name,
    ...minute,
  });
}

/** Both tables. */
export class FeatureStoreAlarms extends AlarmList {
  constructor(scope: Construct, id: string, { tables }: { tables: Record<string, dynamodb.ITable> }) {
    super(scope, id);
    for (const [name, table] of Object.entries(tables)) {
      this.add(`${name}-throttled`, {
        metric: tableSum(table, 'ThrottledRequests', name),
        above: 0,
        periods: 3,
        among: 5,
        meaning: `table ${name}: DynamoDB throttles`,
        section: 'table-throttled',
      });
      this.add(`${name}-errors`, {
        metric: tableSum(table, 'SystemErrors', name),
        above: 0,
        periods: 3,
        among: 5,
        meaning: `table ${name}: DynamoDB answers with errors of its own`,
        section: 'table-errors',
      });
    }
  }
}
